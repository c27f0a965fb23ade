import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Servers and load generators run on a core each, so that neither takes the other's time. */
const cores = { server: '0', load: '1' } as const;

/** The command line that runs a program on one core. */
export function pinned(
  role: keyof typeof cores,
  command: readonly string[],
): readonly [string, ...(readonly string[])] {
  return ['taskset', '--cpu-list', cores[role], ...command];
}

/** Keeps the harness itself off the server's core; the function that it gives lets it run anywhere again. */
export function leaveServerCore(): () => void {
  const move = (list: string) =>
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(process.pid)]);
  move(cores.load);
  return () => move(`0-${cpus().length - 1}`);
}
