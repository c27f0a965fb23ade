import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './waiting.ts';

const TAIL_LINES = 25;

/** A program that runs under a supervisor. */
export class SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  /** Resolves with how it ended: `exit code 1`, `SIGTERM`. */
  readonly exited: Promise<string>;
  pid = 0;
  readonly #signal: (signal: NodeJS.Signals) => void;
  readonly #ended = Promise.withResolvers<string>();
  #how: string | undefined;
  #askedToEnd = false;

  constructor(name: string, directory: string, signal: (signal: NodeJS.Signals) => void) {
    this.name = name;
    this.logFile = join(directory, `${name}.log`);
    this.exited = this.#ended.promise;
    this.#signal = signal;
  }

  /** How it ended; undefined while it runs. */
  get how(): string | undefined {
    return this.#how;
  }

  /** Whether it was sent any signal. */
  get askedToEnd(): boolean {
    return this.#askedToEnd;
  }

  /** Everything it has written so far, both streams. */
  log(): string {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  /** Sends a signal to the process and whatever it started. */
  signal(signal: NodeJS.Signals): void {
    this.#askedToEnd = true;
    this.#signal(signal);
  }

  /** Asks it to stop and waits until it has. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<string> {
    if (this.#how === undefined) this.signal(signal);
    return await this.exited;
  }

  /**
   * Waits until `probe` answers true.
   *
   * @throws Error with the end of the log when the process ends first, or is not ready in time
   */
  async ready(probe: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    try {
      await waitFor(
        `${this.name} to be ready`,
        async () => {
          if (this.#how !== undefined)
            throw new EndedEarly(`${this.name} ended before it was ready: ${this.#how}`);
          return (await probe()) || undefined;
        },
        { timeoutMs, giveUpOn: (error) => error instanceof EndedEarly },
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.tail()}`, { cause: error });
    }
  }

  /** The end of the log, for an error message. */
  tail(): string {
    const lines = this.log().trimEnd().split('\n').slice(-TAIL_LINES);
    return [`the end of ${this.logFile}:`, ...lines.map((line) => `  ${line}`)].join('\n');
  }

  /** For the supervision: the process has ended. */
  ended(how: string): void {
    this.#how ??= how;
    this.#ended.resolve(this.#how);
  }
}

class EndedEarly extends Error {}
