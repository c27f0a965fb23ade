import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from '../statistics.ts';
import { markdownTable } from '../table.ts';
import { benchCertificates } from './certificates.ts';
import { bareServer, type Contender, type Ground, imagestreams, pepr, stockExpress } from './contenders.ts';
import { leaveServerCore, pinned } from './cores.ts';
import { reviews } from './reviews.ts';
import { type Saturation, saturate } from './saturation.ts';
import type { Target } from './target.ts';

export interface HttpOptions {
  readonly rounds: number;
  /** Of one run of one server. */
  readonly seconds: number;
  /** Leave pepr out, which is installed from the registry. */
  readonly withoutPepr: boolean;
  readonly say: (line: string) => void;
}

/** At this rate p99 is measured without saturation. */
const ratePerSecond = 500;

/**
 * Admission over HTTPS: how many reviews a second on one core, against a bare server, Express and pepr, in alternating rounds;
 * then the latency of this webhook at a constant rate, and its memory.
 */
export async function admissionHttp(options: HttpOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'imagestreams-bench-'));
  const contenders: Contender[] = [];
  const runAnywhere = leaveServerCore();
  try {
    const bodies = join(directory, 'reviews.jsonl');
    await writeFile(bodies, `${reviews().join('\n')}\n`);
    const ground: Ground = { directory, certificates: await benchCertificates(directory), bodies };
    const starts = [bareServer, stockExpress, imagestreams, ...(options.withoutPepr ? [] : [pepr])];
    for (const start of starts) contenders.push(await start(ground));
    const constant = await constantRate(contenders, options);
    const saturated = await compare(contenders, options);
    return `${saturated}\n${constant}`;
  } finally {
    runAnywhere();
    await Promise.all(contenders.map((contender) => contender.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

const warmUpSeconds = 2;

async function compare(
  contenders: readonly Contender[],
  { rounds, seconds, say }: HttpOptions,
): Promise<string> {
  const rows = contenders.flatMap((contender) => contender.loads.map((load) => ({ ...load, contender })));
  const runs = rows.map((): (Saturation & { readonly rss: number })[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name, target, contender }] of rows.entries()) {
      // the others' turns were long enough for V8 to give up memory and code
      await saturate(target, warmUpSeconds);
      const result = await saturate(target, seconds);
      runs[index]?.push({ ...result, rss: await contender.residentMiB() });
      say(`round ${round + 1}: ${name}: ${result.perSecond.toFixed(0)}/s, p99 ${result.p99Ms.toFixed(1)} ms`);
    }
  }
  // a ratio is taken within a round, so that what slows the machine for a while slows both sides of it
  const ratio = (index: number) =>
    median((runs[index] ?? []).map(({ perSecond }, round) => perSecond / (runs[0]?.[round]?.perSecond ?? 0)));
  return markdownTable(
    ['server', 'reviews/s', 'ratio', 'p50 ms', 'p99 ms', 'RSS MiB'],
    rows.map(({ name }, index) => {
      const of = (key: 'perSecond' | 'p50Ms' | 'p99Ms' | 'rss') =>
        median((runs[index] ?? []).map((run) => run[key]));
      return [
        name,
        of('perSecond').toFixed(0),
        ratio(index).toFixed(2),
        of('p50Ms').toFixed(1),
        of('p99Ms').toFixed(1),
        of('rss').toFixed(0),
      ];
    }),
  );
}

interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

async function constantRate(
  contenders: readonly Contender[],
  { rounds, seconds, say }: HttpOptions,
): Promise<string> {
  const rows: string[][] = [];
  for (const contender of contenders.filter(
    ({ name }) => name === 'imagestreams' || name.startsWith('bare'),
  )) {
    const { name, target } = contender.loads[0] ?? {};
    if (name === undefined || target === undefined) continue;
    const before = await contender.residentMiB();
    const runs: Percentiles[] = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await atConstantRate(target, seconds));
      say(`${ratePerSecond}/s, round ${round + 1}: ${name}: p99 ${runs.at(-1)?.p99Ms.toFixed(2)} ms`);
    }
    const of = (key: keyof Percentiles) => median(runs.map((run) => run[key])).toFixed(2);
    const after = await contender.residentMiB();
    rows.push([
      name,
      of('p50Ms'),
      of('p99Ms'),
      of('p999Ms'),
      of('maxMs'),
      before.toFixed(0),
      after.toFixed(0),
    ]);
  }
  const header = ['server', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'RSS MiB before', 'RSS MiB after'];
  return markdownTable(header, rows);
}

async function atConstantRate({ port, paths, bodies }: Target, seconds: number): Promise<Percentiles> {
  const program = [process.execPath, join(import.meta.dirname, 'constant-rate.ts')];
  const [command, ...args] = pinned('load', [
    ...program,
    ...[String(port), bodies, String(ratePerSecond), String(seconds)],
    ...paths,
  ]);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout) as Percentiles;
}
