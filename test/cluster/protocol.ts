/** A program to run under supervision. */
export interface ProcessSpec {
  /** Unique in its supervisor; also the name of the log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of the supervisor. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether `env` is the whole environment. */
  readonly isolated?: boolean;
  readonly cwd?: string;
  /** Killed at the end instead of asked to stop: nothing that it would save is kept. */
  readonly disposable?: boolean;
}

/** What a supervisor is started with: the one argument of its command line, as JSON. */
export interface SupervisorSettings {
  /** First part of the name of the temporary directory. */
  readonly prefix: string;
  /** Where the log files are copied before the temporary directory is removed. */
  readonly keepLogsIn?: string;
}

/** From the owner to its supervisor. */
export type Request =
  | { readonly type: 'start'; readonly spec: ProcessSpec }
  | { readonly type: 'signal'; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly type: 'shutdown' };

/** From the supervisor to its owner. */
export type Reply =
  | {
      readonly type: 'ready';
      /** Temporary, readable by its owner only, removed at the end. */
      readonly directory: string;
      /** The first of {@link PORTS_PER_SUPERVISOR} ports that no other supervisor hands out. */
      readonly firstPort: number;
    }
  | { readonly type: 'started'; readonly name: string; readonly pid: number }
  | { readonly type: 'refused'; readonly name: string; readonly reason: string }
  | { readonly type: 'exited'; readonly name: string; readonly how: string };

export const PORTS_PER_SUPERVISOR = 15;
