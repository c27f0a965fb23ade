/** `npm test`: the unit tests, then the tests on a real cluster where there can be one, and one line that sums them up. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterProblem } from './cluster/index.ts';

/** How many tests ended how; a suite that could not run is one failure. */
interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };
const JEST = join(import.meta.dirname, '..', 'node_modules', 'jest', 'bin', 'jest.js');
const NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

let jest: ChildProcess | undefined;
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruptedBy === undefined) jest?.kill(signal);
    interruptedBy = signal;
  });
}

const unit = await runProject('unit', []);
const cluster = interruptedBy === undefined ? await runCluster() : NOTHING;
const total = {
  passed: unit.passed + cluster.passed,
  failed: unit.failed + cluster.failed,
  skipped: unit.skipped + cluster.skipped,
};
if (interruptedBy !== undefined) process.stderr.write(`stopped by ${interruptedBy}\n`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 || interruptedBy !== undefined ? 1 : 0;

async function runCluster(): Promise<Tally> {
  const problem = await clusterProblem();
  if (problem === undefined) {
    const tally = await runProject('cluster', ['--runInBand']);
    if (tally.failed > 0)
      process.stderr.write(`logs of the cluster: ${process.env['CLUSTER_LOGS'] ?? 'test-logs'}\n`);
    return tally;
  }
  const required = process.env['CI'] === 'true';
  process.stderr.write(
    `cluster suite ${required ? 'cannot run, and CI=true wants it' : 'skipped'}: ${problem}\n`,
  );
  return required ? { ...NOTHING, failed: 1 } : { ...NOTHING, skipped: 1 };
}

async function runProject(project: string, more: readonly string[]): Promise<Tally> {
  const directory = mkdtempSync(join(tmpdir(), 'imagestreams-results-'));
  const results = join(directory, 'results.json');
  try {
    const args = [JEST, '--selectProjects', project, '--json', `--outputFile=${results}`, ...more];
    jest = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS } });
    const [code] = await once(jest, 'exit');
    return tally(results, code === 0);
  } finally {
    jest = undefined;
    rmSync(directory, { recursive: true });
  }
}

function tally(file: string, succeeded: boolean): Tally {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    const failed = (results['numFailedTests'] ?? 0) + (results['numRuntimeErrorTestSuites'] ?? 0);
    return {
      passed: results['numPassedTests'] ?? 0,
      failed: failed === 0 && !succeeded ? 1 : failed,
      skipped: (results['numPendingTests'] ?? 0) + (results['numTodoTests'] ?? 0),
    };
  } catch {
    return { ...NOTHING, failed: 1 };
  }
}
