import type { Diagnosis } from './diagnose.ts';
import type { TriggerFinding } from './finding.ts';

/**
 * The findings on an updated object, with errors that the old object had as well turned into warnings, so that no
 * scaling, finalizer or controller write is blocked by what was stored before.
 *
 * An error is the same when code, place and what was seen are, and for an error about the whole annotation when its
 * text is.
 */
export function forgiveStored(now: Diagnosis, before: Diagnosis): readonly TriggerFinding[] {
  const sameText = now.annotation === before.annotation;
  const stored = new Set(before.findings.filter(({ severity }) => severity === 'Error').map(identity));
  return now.findings.map((finding) =>
    finding.severity === 'Error' && (finding.entry !== undefined || sameText) && stored.has(identity(finding))
      ? { ...finding, severity: 'Warning' as const }
      : finding,
  );
}

function identity({ code, field, seen }: TriggerFinding): string {
  return JSON.stringify([code, field, seen]);
}
