import { builtInKinds, type KubernetesObject, type WorkloadKind } from '../workloads/index.ts';
import { annotationOf } from './annotation.ts';
import { decodeEntries } from './decode.ts';
import { repeatedPaths, reportSameContainer } from './duplicates.ts';
import { readEntry } from './entry.ts';
import { type ExistingStreams, reportMissing } from './existence.ts';
import { reportTo, type TriggerFinding } from './finding.ts';
import { readStreamTag } from './stream-tag.ts';
import { type Subject, subjectOf } from './subject.ts';
import { suggester } from './suggest.ts';
import { readTarget } from './target.ts';
import type { Trigger } from './trigger.ts';

/** A workload's triggers, and what is wrong with its annotation. */
export interface Diagnosis {
  /** The annotation's value; undefined when absent. A string in anything the API server sends. */
  readonly annotation: unknown;
  /** The elements of its array as decoded; none when it is no array. */
  readonly entries: readonly unknown[];
  /** The usable ones, in the order of the array. An entry with an error has none, the others keep theirs. */
  readonly triggers: readonly Trigger[];
  readonly findings: readonly TriggerFinding[];
}

export interface DiagnoseInput {
  readonly kind: WorkloadKind;
  readonly object: KubernetesObject;
  /** The object's namespace; on create it may stand in the request only. */
  readonly namespace: string;
  /** Asked about streams of the object's own namespace only. */
  readonly existing?: ExistingStreams | undefined;
}

/**
 * Reads a workload's trigger annotation entry by entry. Accepts everything OpenShift accepts but what can never act,
 * and some that OpenShift chokes on. Never throws. Source: triggers.md §1; §8 for what is accepted beyond it.
 */
export function diagnoseTriggers({ kind, object, namespace, existing }: DiagnoseInput): Diagnosis {
  const annotation = annotationOf(object);
  const findings: TriggerFinding[] = [];
  const entries = decodeEntries(annotation, reportTo(findings));
  if (entries.length === 0) return { annotation, entries, triggers: [], findings };
  // who adds a kind by configuration knows that OpenShift does not look at it
  if (kind.upstreamTriggers === undefined && kind.configured === undefined) {
    reportTo(findings)('KindIgnoredByOpenShift', '', { seen: kind.kind, allowed: upstreamKinds });
  }
  const suggest = suggester();
  const subject = subjectOf(kind, object, suggest);
  const readings = entries.map((value, entry) => readTrigger(value, entry, namespace, subject, findings));
  const repeated = repeatedPaths(
    readings.map(({ fieldPath }) => fieldPath),
    findings,
  );
  const triggers = readings.flatMap(({ trigger }) =>
    trigger === undefined || repeated.has(trigger.fieldPath) ? [] : [trigger],
  );
  reportSameContainer(triggers, findings);
  if (existing !== undefined) {
    const own = triggers.filter(({ crossNamespace }) => !crossNamespace);
    reportMissing(own, existing, suggest, findings);
  }
  return { annotation, entries, triggers, findings };
}

const upstreamKinds = [
  ...new Set(builtInKinds.filter(({ upstreamTriggers }) => upstreamTriggers).map(({ kind }) => kind)),
].join(', ');

interface Reading {
  readonly fieldPath: string | undefined;
  readonly trigger?: Trigger;
}

function readTrigger(
  value: unknown,
  index: number,
  ownNamespace: string,
  subject: Subject,
  findings: TriggerFinding[],
): Reading {
  const report = reportTo(findings, index);
  const entry = readEntry(value, report);
  const streamTag = entry?.from && readStreamTag(entry.from, ownNamespace, report);
  const fieldPath = entry?.fieldPath;
  const target = fieldPath === undefined ? undefined : readTarget(fieldPath, subject, report);
  const paused = entry?.paused;
  if (fieldPath === undefined || !streamTag || !target || paused === undefined) return { fieldPath };
  const { list, index: position, name, image } = target.container;
  const container = { list, index: position, name };
  return {
    fieldPath,
    trigger: { entry: index, ...streamTag, paused, container, pointer: target.pointer, image, fieldPath },
  };
}
