import { listing } from '../suggestion/index.ts';
import { reportTo, type TriggerFinding } from './finding.ts';
import { quoted, shown } from './quoted.ts';
import { type Suggest, suggester } from './suggest.ts';
import type { Trigger } from './trigger.ts';

/** What is known of the image streams there are. Whoever asks answers for nothing that the user must not learn. */
export interface ExistingStreams {
  /** Undefined when that cannot be told, and then nothing is said about the stream or its tags. */
  hasStream(namespace: string, stream: string): boolean | undefined;
  /** Names of a namespace's streams, for suggestions; empty when not known. */
  streamNames(namespace: string): Iterable<string>;
  /** Tags of a stream that exists; undefined when not known. */
  tagNames(namespace: string, stream: string): readonly string[] | undefined;
}

/**
 * Warns of triggers whose image stream or tag does not exist yet: a typing error, or something still to come.
 *
 * For triggers of other namespaces ask only after the workload's account was found allowed to pull there, as the
 * sentences name what exists.
 */
export function diagnoseExistence(
  triggers: readonly Trigger[],
  existing: ExistingStreams,
): readonly TriggerFinding[] {
  const findings: TriggerFinding[] = [];
  reportMissing(triggers, existing, suggester(), findings);
  return findings;
}

/** {@link diagnoseExistence} within a diagnosis: appends to its findings and shares its suggestions. */
export function reportMissing(
  triggers: readonly Trigger[],
  existing: ExistingStreams,
  suggest: Suggest,
  findings: TriggerFinding[],
): void {
  for (const { entry, namespace, stream, tag } of triggers) {
    const known = existing.hasStream(namespace, stream);
    if (known === undefined) continue;
    const report = reportTo(findings, entry);
    if (!known) {
      const suggestion = suggest(stream, existing.streamNames(namespace));
      const allowed = namespace === '' ? 'there' : `in namespace ${quoted(namespace)}`;
      report('MissingStream', '.from.name', { seen: quoted(stream), allowed, suggestion });
      continue;
    }
    const tags = existing.tagNames(namespace, stream);
    if (tags === undefined || tags.includes(tag)) continue;
    report('MissingTag', '.from.name', {
      seen: `${quoted(tag)} of image stream ${quoted(stream)}`,
      allowed: tagsInWords(tags),
      suggestion: suggest(tag, tags),
    });
  }
}

function tagsInWords(tags: readonly string[]): string {
  if (tags.length === 0) return 'it has no tags';
  return `${tags.length === 1 ? 'its only tag is' : 'its tags are'} ${listing(tags.map(shown))}`;
}
