import { setTimeout as delay } from 'node:timers/promises';

/** Waits so long, or until the signal aborts; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(Math.max(ms, 0), undefined, { signal }).catch(() => undefined);
}
