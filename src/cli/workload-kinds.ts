import { Option } from 'commander';
import { parse } from 'yaml';
import { builtInTable, type WorkloadTable, workloadTable } from '../workloads/index.ts';
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
  const loaded = workloadTable(documentIn(await configurationText(file, source), source));
  if (loaded.ok) return loaded.workloads;
  const errors = loaded.errors.map(({ message }) => `\n  ${message}`).join('');
  throw new UsageError(`${source} cannot be used:${errors}`);
}

function documentIn(text: string, source: string): unknown {
  try {
    return parse(text, { prettyErrors: false });
  } catch (error) {
    throw new UsageError(`${source} cannot be read: ${(error as Error).message}`);
  }
}
