import {
  type Diagnosis,
  diagnoseTriggers,
  type ExistingStreams,
  type TriggerFinding,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import { builtInTable, type KubernetesObject, type WorkloadKind } from '../../src/workloads/index.ts';

export interface Container {
  readonly name: string;
  readonly image?: string;
}

export function kindOf(resource: string): WorkloadKind {
  const group = resource === 'cronjobs' || resource === 'jobs' ? 'batch' : 'apps';
  const row = builtInTable.ofResource(group, resource) ?? builtInTable.ofResource('', resource);
  if (row === undefined) throw new Error(`no row for ${resource}`);
  return row;
}

export const deployment = kindOf('deployments');

/** The object of triggers.md §1.6: containers web and side, init container init. */
export const defaultPodSpec = {
  initContainers: [{ name: 'init', image: 'init:1' }],
  containers: [
    { name: 'web', image: 'web:1' },
    { name: 'side', image: 'side:1' },
  ],
};

export function workload(
  kind: WorkloadKind,
  annotation: unknown,
  podSpec: unknown = defaultPodSpec,
): KubernetesObject {
  const body = kind.podSpecPath.reduceRight<unknown>((inner, field) => ({ [field]: inner }), podSpec);
  const annotations = annotation === undefined ? {} : { [triggersAnnotation]: annotation };
  return { metadata: { name: 'shop', annotations }, ...(body as object) } as KubernetesObject;
}

export function diagnose(
  annotation: unknown,
  {
    kind = deployment,
    podSpec = defaultPodSpec,
    existing,
  }: { readonly kind?: WorkloadKind; readonly podSpec?: unknown; readonly existing?: ExistingStreams } = {},
): Diagnosis {
  return diagnoseTriggers({ kind, object: workload(kind, annotation, podSpec), namespace: 'shop', existing });
}

export function named(container: string, list = 'containers'): string {
  return `spec.template.spec.${list}[?(@.name=="${container}")].image`;
}

export const from = { kind: 'ImageStreamTag', name: 'app:v1' };

/** A trigger as text; a part given as undefined is left out. */
export function entry(part: Readonly<Record<string, unknown>> = {}): object {
  return { from, fieldPath: named('web'), ...part };
}

export function text(...entries: readonly unknown[]): string {
  return JSON.stringify(entries);
}

export function codes(findings: readonly TriggerFinding[]): readonly string[] {
  return findings.map(({ code }) => code);
}
