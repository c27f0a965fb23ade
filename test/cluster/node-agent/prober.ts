import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from './attempt.ts';
import type { Probe } from './objects.ts';

/** Counts attempts: its verdict changes after so many equal outcomes in a row. */
export class Verdict {
  readonly #thresholds: { readonly success: number; readonly failure: number };
  #last: boolean | undefined;
  #inARow = 0;

  constructor({ successThreshold = 1, failureThreshold = 3 }: Probe) {
    this.#thresholds = { success: successThreshold, failure: failureThreshold };
  }

  /** @returns the verdict once there are enough outcomes for one, at each further one as well */
  add(ok: boolean): boolean | undefined {
    this.#inARow = this.#last === ok ? this.#inARow + 1 : 1;
    this.#last = ok;
    const needed = ok ? this.#thresholds.success : this.#thresholds.failure;
    return this.#inARow >= needed ? ok : undefined;
  }
}

/** Probes a container at the intervals of its probe, until the signal aborts; `onVerdict` may be told the same again. */
export async function probing(
  probe: Probe,
  attempt: (timeoutMs: number) => Promise<Outcome>,
  onVerdict: (ok: boolean, detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 } = probe;
  const verdict = new Verdict(probe);
  const pause = (seconds: number) => delay(seconds * 1000, undefined, { signal }).catch(() => undefined);
  await pause(initialDelaySeconds);
  while (!signal.aborted) {
    const startedAt = performance.now();
    const { ok, detail } = await attempt(timeoutSeconds * 1000);
    if (signal.aborted) return;
    const known = verdict.add(ok);
    if (known !== undefined) onVerdict(known, detail);
    await pause(periodSeconds - (performance.now() - startedAt) / 1000);
  }
}
