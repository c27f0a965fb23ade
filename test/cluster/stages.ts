import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleDirectory } from './cache.ts';
import { runCommand } from './command.ts';
import { GO_ENVIRONMENT } from './golang.ts';

/** kwok's rules for how nodes and pods live; its program has none built in. */
export const STAGES_FILE = 'kwok-stages.yaml';

const KWOK = 'sigs.k8s.io/kwok';
const DIRECTORIES = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'];

/** Reads the stages out of kwok's module, as one file of several documents. */
export async function readStages(): Promise<string> {
  const settings = { cwd: moduleDirectory('tools'), env: GO_ENVIRONMENT };
  const { code, stdout, stderr } = await runCommand('go', ['mod', 'download', '-json', KWOK], settings);
  if (code !== 0) throw new Error(`go mod download ${KWOK} failed: ${stderr.trim() || stdout.trim()}`);
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const documents = DIRECTORIES.flatMap((directory) => stagesIn(join(Dir, 'kustomize', 'stage', directory)));
  if (documents.length === 0) throw new Error(`no stages in ${Dir}`);
  return documents.join('\n---\n');
}

function stagesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .sort()
    .map((file) => readFileSync(join(directory, file), 'utf8'));
}
