import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildRequest, build } from './build.ts';
import { cacheDirectory } from './cache.ts';
import { findProgram } from './find-program.ts';
import { goProblem } from './golang.ts';
import { type ModuleName, PROGRAMS, type ProgramName } from './programs.ts';
import type { Progress } from './progress.ts';
import { STAGES_FILE } from './stages.ts';
import type { Supervision } from './supervision.ts';

/** Where each program of the cluster is, and kwok's stages. */
export interface Binaries {
  readonly paths: Readonly<Record<ProgramName, string>>;
  readonly stages: string;
}

/** What was found without building. */
interface Search {
  readonly found: ReadonlyMap<ProgramName, string>;
  readonly stages: string | undefined;
  /** What must be built, per module; empty when nothing is missing. */
  readonly toBuild: readonly BuildRequest[];
  /** Programs that are there but of another version. */
  readonly remarks: readonly string[];
}

const MODULES: readonly ModuleName[] = ['control-plane', 'tools', 'workflows'];

/** Why there can be no cluster here, and how to mend it, in one line; undefined when there can. */
export async function clusterProblem(): Promise<string | undefined> {
  const { toBuild } = await searchBinaries();
  for (const { module, programs } of toBuild) {
    const problem = await goProblem(module);
    const names = programs.length === 0 ? "kwok's stages" : programs.map(({ name }) => name).join(', ');
    if (problem !== undefined) return `${names} not found, and ${problem} (or put them on the PATH)`;
  }
  return undefined;
}

/**
 * Finds the programs, and builds those that are nowhere: the first time that takes about twelve minutes on two cores.
 *
 * @throws Error when something can be neither found nor built
 */
export async function provideBinaries(supervision: Supervision, progress: Progress): Promise<Binaries> {
  const search = await searchBinaries();
  if (search.toBuild.length === 0) return binaries(search);
  const problem = await clusterProblem();
  if (problem !== undefined) throw new Error(`no test cluster here: ${problem}`);
  for (const remark of search.remarks) progress.say(remark);
  for (const request of search.toBuild) await build(request, supervision, progress);
  return binaries(await searchBinaries());
}

function binaries({ found, stages, toBuild }: Search): Binaries {
  if (toBuild.length > 0 || stages === undefined)
    throw new Error('the programs vanished after they were built');
  return { paths: Object.fromEntries(found) as Record<ProgramName, string>, stages };
}

async function searchBinaries(): Promise<Search> {
  const results = await Promise.all(
    PROGRAMS.map(async (program) => ({ program, ...(await findProgram(program)) })),
  );
  const found = new Map(
    results.flatMap(({ program, path }) => (path === undefined ? [] : [[program.name, path]])),
  );
  const kwok = found.get('kwok');
  const stages = [kwok === undefined ? [] : dirname(kwok), cacheDirectory('tools')]
    .flat()
    .map((directory) => join(directory, STAGES_FILE))
    .find((file) => existsSync(file));
  const toBuild = MODULES.map((module) => ({
    module,
    programs: PROGRAMS.filter((program) => program.module === module && !found.has(program.name)),
    stages: module === 'tools' && stages === undefined,
  })).filter((request) => request.programs.length > 0 || request.stages);
  return { found, stages, toBuild, remarks: results.flatMap(({ remark }) => remark ?? []) };
}
