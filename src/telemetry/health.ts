import { describeError } from './error.ts';

/** `live`: failing means restart the process. `ready`: failing means send no requests for now. */
export type HealthKind = 'live' | 'ready';

/** Gives undefined when all is well, else the reason why not, in a few words. Must be quick: it reads what is known already. */
export type HealthCheck = () => string | undefined;

export interface HealthResult {
  readonly name: string;
  /** Absent when the check passed. */
  readonly reason?: string;
}

/** The named checks of a process, in the order in which they were added. */
export class HealthChecks {
  readonly #checks = { live: new Map<string, HealthCheck>(), ready: new Map<string, HealthCheck>() };

  /** Adds a check, or replaces the one of that name. */
  add(kind: HealthKind, name: string, check: HealthCheck): void {
    this.#checks[kind].set(name, check);
  }

  /** Runs all checks of a kind. One that throws has failed. */
  run(kind: HealthKind): readonly HealthResult[] {
    return [...this.#checks[kind]].map(([name, check]) => {
      const reason = reasonOf(check);
      return reason === undefined ? { name } : { name, reason };
    });
  }
}

function reasonOf(check: HealthCheck): string | undefined {
  try {
    return check();
  } catch (error) {
    return `the check itself broke: ${describeError(error).message}`;
  }
}
