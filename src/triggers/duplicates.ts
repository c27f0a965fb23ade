import { type Report, reportTo, type TriggerFinding } from './finding.ts';
import { quoted } from './quoted.ts';
import type { Trigger } from './trigger.ts';

/**
 * Reports every entry whose field path is, byte for byte, that of an earlier one, and answers the paths concerned:
 * none of their entries has a single reading. Paused entries count (triggers.md §1.2).
 *
 * @param fieldPaths by position of the entry; empty or undefined ones are no duplicates
 */
export function repeatedPaths(
  fieldPaths: readonly (string | undefined)[],
  findings: TriggerFinding[],
): ReadonlySet<string> {
  const first = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [entry, fieldPath] of fieldPaths.entries()) {
    if (fieldPath === undefined || fieldPath === '') continue;
    const earlier = first.get(fieldPath);
    if (earlier === undefined) {
      first.set(fieldPath, entry);
      continue;
    }
    repeated.add(fieldPath);
    reportTo(findings, entry)('DuplicateFieldPath', '.fieldPath', {
      seen: `the path of [${earlier}]`,
      allowed: `one of [${earlier}] and [${entry}]`,
    });
  }
  return repeated;
}

/** Reports triggers that reach, by another spelling, a container that an earlier one reaches: the last acting one wins. */
export function reportSameContainer(triggers: readonly Trigger[], findings: TriggerFinding[]): void {
  if (triggers.length < 2) return;
  const byPointer = Map.groupBy(triggers, ({ pointer }) => pointer);
  for (const group of byPointer.values()) {
    const winner = group.findLast(({ paused }) => !paused);
    for (const trigger of group.slice(1))
      reportOne(trigger, group, winner, reportTo(findings, trigger.entry));
  }
}

function reportOne(
  trigger: Trigger,
  group: readonly Trigger[],
  winner: Trigger | undefined,
  report: Report,
): void {
  const others = `entry [${group[0]?.entry}] does`;
  report('SameContainer', '.fieldPath', {
    seen: `container ${quoted(trigger.container.name)}`,
    allowed: winner === undefined ? `${others}, and all are paused` : `${others}, and [${winner.entry}] wins`,
  });
}
