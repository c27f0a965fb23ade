import type { Diagnosis } from './diagnose.ts';
import type { TriggerFinding } from './finding.ts';

/**
 * The findings on an updated object, with errors that the old object had as well turned into warnings, so that no
 * scaling, finalizer or controller write is blocked by what was stored before.
 *
 * An error is the same when its code and its place within the entry are, and the entry's whole text, wherever the entry
 * stands now; for an error about the whole annotation, when the annotation's text is.
 */
export function forgiveStored(now: Diagnosis, before: Diagnosis): readonly TriggerFinding[] {
  const stored = new Set(before.findings.filter(isError).map((finding) => identity(finding, before)));
  return now.findings.map((finding) =>
    isError(finding) && stored.has(identity(finding, now))
      ? { ...finding, severity: 'Warning' as const }
      : finding,
  );
}

function isError({ severity }: TriggerFinding): boolean {
  return severity === 'Error';
}

function identity({ code, field, entry }: TriggerFinding, { annotation, entries }: Diagnosis): string {
  return entry === undefined
    ? JSON.stringify([code, field, annotation])
    : JSON.stringify([code, field.replace(/^\[\d+\]/, ''), entries[entry]]);
}
