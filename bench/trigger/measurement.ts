import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sumOf } from '../import/programs.ts';
import type { RunningPod } from './pod.ts';

/** One move of a tag to another image, as far as it concerns the workloads that follow it. */
export interface Move {
  readonly followers: number;
  /** Workloads with triggers in the cluster. */
  readonly workloads: number;
  /** From sending the write of the stream until the last of them has the image, in milliseconds. */
  readonly ms: number;
  /** Changes of the image, of all of them together. */
  readonly changes: number;
  /** By what is asked of whom, such as `PATCH` or `Events`; of all workloads together. */
  readonly requests: ReadonlyMap<string, number>;
  /** Milliseconds of processor time meanwhile, by process. */
  readonly cpuMs: ReadonlyMap<string, number>;
}

/** Resident memory of the controller in mebibytes. */
export interface Memory {
  readonly workloads: number;
  /** Ten seconds after it has listed them all. */
  readonly listed: number;
  /** After all moves. */
  readonly moved: number;
}

export interface Measured {
  readonly moves: readonly Move[];
  readonly memory: readonly Memory[];
}

export interface MoveOptions {
  /** How many workloads there are, one cluster after the other. */
  readonly sizes: readonly number[];
  /** How often each tag moves, after one time that warms up. */
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** Collections after a list or a move are over by then. */
export const settlingMs = 10_000;

/** Mebibytes that are resident now. */
export function residentMiB({ process: { pid } }: RunningPod): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Milliseconds of processor time that processes have used. */
export function busyOf(processes: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map(Array.from(processes, ([name, pid]) => [name, cpuMs(pid)]));
}

export function difference(
  after: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map(Array.from(after, ([name, value]) => [name, value - (before.get(name) ?? 0)]));
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const msPerTick = 10;
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

/** Waits until the controller leads, knows so many workloads and has nothing more to do. */
export async function atRest(pod: RunningPod, workloads: number): Promise<void> {
  for (;;) {
    const how = pod.process.how;
    if (how !== undefined) throw new Error(`${how}\n${pod.process.tail()}`);
    const text = await fetch(`${pod.telemetry}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
    const sum = (name: string) => sumOf(text, `imagestreams_${name}`);
    const idle = sum('trigger_queue_depth') + sum('trigger_queue_working') === 0;
    if (sum('leader') === 1 && sum('trigger_workloads') >= workloads && idle) return;
    await sleep(250);
  }
}
