import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, moduleDirectory } from './cache.ts';
import { GO_ENVIRONMENT } from './golang.ts';
import { withLock } from './lock.ts';
import { KUBERNETES, type ModuleName, type Program } from './programs.ts';
import type { Progress } from './progress.ts';
import { readStages, STAGES_FILE } from './stages.ts';
import type { Supervision } from './supervision.ts';

const PARTIAL = '.partial-';

/** What a module's cache directory is to hold: programs, and the stages next to kwok. */
export interface BuildRequest {
  readonly module: ModuleName;
  readonly programs: readonly Program[];
  readonly stages: boolean;
}

/** Builds what the cache lacks; a second process that wants the same waits for the first. */
export async function build(
  request: BuildRequest,
  supervision: Supervision,
  progress: Progress,
): Promise<void> {
  const cache = cacheDirectory(request.module);
  mkdirSync(cache, { recursive: true });
  const onWait = () => progress.say(`another process is building into ${cache}, waiting for it`);
  await withLock(join(cache, 'lock'), onWait, async () => {
    removePartial(cache);
    const partial = mkdtempSync(join(cache, PARTIAL));
    try {
      await buildInto(cache, partial, request, supervision, progress);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  });
}

async function buildInto(
  cache: string,
  partial: string,
  { module, programs, stages }: BuildRequest,
  supervision: Supervision,
  progress: Progress,
): Promise<void> {
  // Looked at again: the process waited for may have built them.
  const present = new Set(readdirSync(cache));
  const missing = programs.filter(({ name }) => !present.has(name));
  for (const [index, program] of missing.entries()) {
    const text = `building ${program.name} (${index + 1} of ${missing.length} of ${module}, once)`;
    await progress.during(text, () => compile(program, join(partial, program.name), supervision));
    renameSync(join(partial, program.name), join(cache, program.name));
  }
  if (stages && !present.has(STAGES_FILE)) {
    writeFileSync(join(partial, STAGES_FILE), await readStages());
    renameSync(join(partial, STAGES_FILE), join(cache, STAGES_FILE));
  }
}

// Under supervision, because a compiler of several minutes must not outlive a killed run either.
async function compile(program: Program, output: string, supervision: Supervision): Promise<void> {
  const compiler = await supervision.start({
    name: `build-${program.name}`,
    command: 'go',
    args: ['build', '-trimpath', '-ldflags', linkerFlags(program), '-o', output, program.package],
    cwd: moduleDirectory(program.module),
    env: { ...GO_ENVIRONMENT, GOTMPDIR: supervision.directory },
  });
  const how = await compiler.exited;
  if (how !== 'exit code 0') throw new Error(`building ${program.name} failed: ${how}\n${compiler.tail()}`);
}

function linkerFlags({ module }: Program): string {
  if (module !== 'control-plane') return '-s -w';
  const version = 'k8s.io/component-base/version';
  const { major, minor, patch } = KUBERNETES;
  // Unstamped, the API server calls itself v0.0.0-master, and clients that read the version misbehave.
  return [
    '-s -w',
    `-X ${version}.gitVersion=v${major}.${minor}.${patch}`,
    `-X ${version}.gitMajor=${major}`,
    `-X ${version}.gitMinor=${minor}`,
  ].join(' ');
}

function removePartial(cache: string): void {
  for (const file of readdirSync(cache)) {
    if (file.startsWith(PARTIAL)) rmSync(join(cache, file), { recursive: true, force: true });
  }
}
