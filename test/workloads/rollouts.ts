import { type WorkloadError, type WorkloadTable, workloadTable } from '../../src/workloads/index.ts';

/** Argo's Rollout, as an administrator writes it. */
export const rollout = {
  group: 'argoproj.io',
  versions: ['v1alpha1'],
  resource: 'rollouts',
  kind: 'Rollout',
  templatePath: 'spec.template',
};

/** The table with these kinds besides the built-in ones. */
export function tableWith(...kinds: readonly object[]): WorkloadTable {
  const loaded = workloadTable({ kinds });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.workloads;
}

export const withRollouts = tableWith(rollout);

export const rollouts = withRollouts.kinds.at(-1)!;

/** What is wrong with a document. */
export function errorsIn(document: unknown): readonly WorkloadError[] {
  const loaded = workloadTable(document);
  return loaded.ok ? [] : loaded.errors;
}
