import type { Container } from './objects.ts';

export interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerID: string;
}

/** Where a container stands, as its status says it. */
export type State =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: Terminated };

/** All that is told of a container. */
export interface ContainerRecord {
  readonly container: Container;
  state: State;
  lastState?: { readonly terminated: Terminated };
  restartCount: number;
  /** Past its startup probe. */
  started: boolean;
  ready: boolean;
  /** `process://PID`: whoever runs on this machine can look at the process, or kill it. */
  containerID?: string;
}

export function newRecord(container: Container, restartCount: number): ContainerRecord {
  const state = { waiting: { reason: 'ContainerCreating' } };
  return { container, state, restartCount, started: false, ready: false };
}

/** The exit code of `exit code 3` or `SIGKILL`, as a shell counts it. */
export function exitCode(how: string): number {
  const [, code] = /^exit code (\d+)$/.exec(how) ?? [];
  if (code !== undefined) return Number(code);
  return 128 + (SIGNALS[how] ?? 0);
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};
