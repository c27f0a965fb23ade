import type { WorkloadName } from './trigger-workloads.ts';

/** Admission may come back, and then one request is enough again. */
const keepMs = 600_000;

/**
 * Where admission does not set the images that are asked for: a namespace is excluded, or a kind. Asking there first would cost a
 * request for each workload, and a generation that changes nothing.
 */
export class UnseenWorkloads {
  readonly #until = new Map<string, number>();

  has(name: WorkloadName, now: number): boolean {
    const key = placeOf(name);
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#until.delete(key);
    return false;
  }

  add(name: WorkloadName, now: number): void {
    this.#until.set(placeOf(name), now + keepMs);
  }
}

function placeOf({ kind, namespace }: WorkloadName): string {
  return `${kind.id}/${namespace}`;
}
