import { build } from './build.ts';
import { findProgram } from './find-program.ts';
import { goProblem } from './golang.ts';
import { MONITORING_PROGRAMS, type MonitoringProgramName } from './programs.ts';
import { Progress } from './progress.ts';
import { Supervision } from './supervision.ts';

/** What a suite that asks for them has to allow for, where they are built. */
export const MONITORING_BUILD_MS = 45 * 60_000;

/**
 * Finds Prometheus and promtool, or builds them: no cluster needs them, so only the suites that ask for them wait.
 *
 * @throws Error when they can be neither found nor built
 */
export async function provideMonitoringPrograms(): Promise<Readonly<Record<MonitoringProgramName, string>>> {
  const found = await search();
  if (found.missing.length === 0) return found.paths;
  const problem = await goProblem('monitoring');
  if (problem !== undefined) {
    throw new Error(`${found.missing.map(({ name }) => name).join(', ')} not found, and ${problem}`);
  }
  const supervision = await Supervision.begin();
  try {
    const request = { module: 'monitoring', programs: found.missing, stages: false } as const;
    await build(request, supervision, new Progress());
  } finally {
    await supervision.end();
  }
  return (await search()).paths;
}

async function search() {
  const results = await Promise.all(
    MONITORING_PROGRAMS.map(async (program) => ({ program, path: (await findProgram(program)).path })),
  );
  const paths = results.flatMap(({ program, path }) => (path === undefined ? [] : [[program.name, path]]));
  return {
    paths: Object.fromEntries(paths) as Record<MonitoringProgramName, string>,
    missing: results.filter(({ path }) => path === undefined).map(({ program }) => program),
  };
}
