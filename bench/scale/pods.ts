import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InstalledChart } from '../../test/chart/installed-chart.ts';
import { waitFor } from '../../test/cluster/index.ts';
import { memory, type RunningPod } from '../../test/cluster/node-agent/running-pods.ts';
import { sumOf } from '../import/programs.ts';

/** What each pod of the release does, in the order of the table's columns. */
export interface Roles<T> {
  readonly webhook: readonly T[];
  readonly leader: T;
  readonly standby: T;
}

export async function roles(chart: InstalledChart): Promise<Roles<RunningPod>> {
  const webhook = await chart.ready('webhook', 2);
  const controllers = await chart.ready('controller', 2);
  const { pid } = await chart.leader();
  const [leader, standby] = controllers.toSorted((one) => (one.pid === pid ? -1 : 1));
  if (leader === undefined || standby === undefined) throw new Error('there are no two controllers');
  return { webhook, leader, standby };
}

/** A figure of each pod. */
export function ofEach<T, U>({ webhook, leader, standby }: Roles<T>, figure: (each: T) => U): Roles<U> {
  return { webhook: webhook.map(figure), leader: figure(leader), standby: figure(standby) };
}

/** Mebibytes of each, now and at most so far. */
export function memoryOf(pods: Roles<RunningPod>): Roles<ReturnType<typeof memory>> {
  return ofEach(pods, ({ pid }) => memory(pid));
}

/** Processor time of each while something is done, in thousandths of a processor. */
export async function busyDuring(
  pods: Roles<RunningPod>,
  work: () => Promise<unknown>,
): Promise<Roles<number>> {
  const before = new Map(all(pods).map(({ pid }) => [pid, cpuMs(pid)]));
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  return ofEach(pods, ({ pid }) => ((cpuMs(pid) - (before.get(pid) ?? 0)) / ms) * 1000);
}

/** Waits until the leader knows so many workloads and has nothing more to do. */
export async function atRest(chart: InstalledChart, workloads: number): Promise<void> {
  const idle = async () => {
    const text = await chart.metrics(await chart.leader());
    const sum = (name: string) => sumOf(text, `imagestreams_${name}`);
    const waiting = sum('trigger_queue_depth') + sum('trigger_queue_working');
    return sum('leader') === 1 && sum('trigger_workloads') >= workloads && waiting === 0;
  };
  await waitFor('the controller to rest', idle, { timeoutMs: 900_000 });
  await sleep(1_000);
  await waitFor('the controller to rest', idle, { timeoutMs: 900_000 });
}

/** Ends a pod without notice and gives the seconds from the start of its container until the same pod is ready again. */
export async function readyAfterKill({ pid, address }: RunningPod): Promise<number> {
  process.kill(pid, 'SIGKILL');
  const startedAt = performance.now();
  const answers = () =>
    fetch(`http://${address}:8080/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitFor('the process to be gone', async () => !(await answers()), { timeoutMs: 10_000 });
  await waitFor('it to be ready', answers, { timeoutMs: 300_000 });
  return (performance.now() - startedAt) / 1000;
}

function all({ webhook, leader, standby }: Roles<RunningPod>): readonly RunningPod[] {
  return [...webhook, leader, standby];
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const msPerTick = 10;
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}
