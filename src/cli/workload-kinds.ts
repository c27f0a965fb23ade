import { Option } from 'commander';
import { builtInTable, type WorkloadTable, workloadTable } from '../workloads/index.ts';
import { documentIn, unusable } from './configuration-document.ts';
import { configurationText } from './configuration-file.ts';
import { UsageError } from './usage-error.ts';

export interface WorkloadKindsOptions {
  readonly workloadKinds?: string;
}

export function workloadKindsOption(): Option {
  return new Option(
    '--workload-kinds <file>',
    'custom resources with a pod template, as YAML or JSON, to be looked at besides the built-in kinds',
  );
}

/** @throws UsageError that names the file and everything that is wrong with it */
export async function workloadsOf({ workloadKinds: file }: WorkloadKindsOptions): Promise<WorkloadTable> {
  if (file === undefined) return builtInTable;
  const source = `workload kinds file ${file}`;
  const read = documentIn(await configurationText(file, source), source);
  if ('problem' in read) throw new UsageError(read.problem);
  const loaded = workloadTable(read.document);
  if (!loaded.ok) throw new UsageError(unusable(source, loaded.errors));
  return loaded.workloads;
}
