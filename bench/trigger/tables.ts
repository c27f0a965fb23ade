import { median } from '../statistics.ts';
import { markdownTable } from '../table.ts';
import type { Memory, Move } from './measurement.ts';

/** A row for each number of followers in each size of cluster: medians over the rounds. */
export function movesTable(moves: readonly Move[]): string {
  const groups = [...Map.groupBy(moves, ({ followers, workloads }) => `${followers} of ${workloads}`)];
  const requests = [...new Set(moves.flatMap((move) => [...move.requests.keys()]))];
  const processes = [...new Set(moves.flatMap((move) => [...move.cpuMs.keys()]))];
  const each = (of: readonly Move[], value: (move: Move) => number | undefined, digits: number) => {
    const shares = of.map((move) => (value(move) ?? 0) / move.followers);
    return median(shares).toFixed(digits);
  };
  return markdownTable(
    [
      ...['followers', 'ms', 'ms each', 'image changes each'],
      ...requests.map((name) => `${name} each`),
      ...processes.map((name) => `CPU ms each: ${name}`),
    ],
    groups.map(([name, of]) => [
      name,
      median(of.map(({ ms }) => ms)).toFixed(0),
      each(of, ({ ms }) => ms, 2),
      each(of, ({ changes }) => changes, 3),
      ...requests.map((request) => each(of, (move) => move.requests.get(request), 2)),
      ...processes.map((process) => each(of, (move) => move.cpuMs.get(process), 1)),
    ]),
  );
}

/** How time and processor time grow: with the followers in one cluster, and with the cluster for the same followers. */
export function growthTable(moves: readonly Move[]): string {
  const sizes = [...new Set(moves.map(({ workloads }) => workloads))];
  const counts = [...new Set(moves.map(({ followers }) => followers))];
  const [smallest = 0] = sizes;
  const growth = (of: (move: Move) => number, one: Place, other: Place) => {
    const at = ({ followers, workloads }: Place) =>
      median(moves.filter((move) => move.followers === followers && move.workloads === workloads).map(of));
    // processor time is counted in ticks of 10 ms
    return at(other) === 0 ? '–' : (at(one) / at(other)).toFixed(2);
  };
  const both = (one: Place, other: Place) =>
    `${growth(({ ms }) => ms, one, other)}, ${growth(allCpuMs, one, other)}`;
  const rows = counts.flatMap((followers, index) => {
    const fewer = counts[index - 1];
    const others = sizes.map((workloads) =>
      workloads === smallest ? '' : both({ followers, workloads }, { followers, workloads: smallest }),
    );
    const cluster = [`${followers}: × those of ${smallest}`, ...others];
    if (fewer === undefined) return [cluster];
    const more = sizes.map((workloads) => both({ followers, workloads }, { followers: fewer, workloads }));
    return [[`${followers}: × those of ${fewer} followers`, ...more], cluster];
  });
  const header = ['time, processor time', ...sizes.map((size) => `of ${size}`)];
  return markdownTable(header, rows);
}

interface Place {
  readonly followers: number;
  readonly workloads: number;
}

function allCpuMs({ cpuMs }: Move): number {
  return [...cpuMs.values()].reduce((sum, each) => sum + each, 0);
}

export function memoryTable(memory: readonly Memory[]): string {
  return markdownTable(
    ['workloads', 'controller, MiB: listed', 'after the moves'],
    memory.map(({ workloads, listed, moved }) => [String(workloads), listed.toFixed(0), moved.toFixed(0)]),
  );
}
