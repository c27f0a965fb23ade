import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDirectory } from './cache.ts';
import { runCommand } from './command.ts';
import { acceptedVersions, acceptsVersion, type Program } from './programs.ts';

/** Where a program is; else why one that is there is not used. */
export interface FoundProgram {
  readonly path?: string;
  readonly remark?: string;
}

/** Looks in `KUBEBUILDER_ASSETS`, on the `PATH`, and where what was built is kept. */
export async function findProgram(program: Program): Promise<FoundProgram> {
  let remark: string | undefined;
  const directories = [
    process.env['KUBEBUILDER_ASSETS'] ?? [],
    (process.env['PATH'] ?? '').split(delimiter),
  ].flat();
  for (const directory of directories.filter((entry) => entry !== '')) {
    const path = join(directory, program.name);
    if (!isExecutable(path)) continue;
    const said = await versionOf(path, program);
    if (acceptsVersion(program, said)) return { path };
    remark ??= `${path} is not used: it says "${said.split('\n')[0]}", wanted is ${acceptedVersions(program)}`;
  }
  const cached = join(cacheDirectory(program.module), program.name);
  if (isExecutable(cached)) return { path: cached };
  return remark === undefined ? {} : { remark };
}

async function versionOf(path: string, { versionArgs }: Program): Promise<string> {
  try {
    const { stdout, stderr } = await runCommand(path, versionArgs, { timeoutMs: 10_000 });
    return (stdout || stderr).trim();
  } catch (error) {
    return (error as Error).message;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
