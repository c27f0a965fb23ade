import type { Clock } from './clock.ts';
import { Failure } from './failure.ts';

/**
 * Gives a question with all its steps a time. What is under way at its end rejects with the signal's reason, a Failure `Timeout`; when
 * the parent aborts, with that one's.
 *
 * @param clause what had to happen in time, for a sentence
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  clause: string,
  parent: AbortSignal | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = clock.after(ms, () => controller.abort(new Failure('Timeout', { detail: clause })));
  const onParentAbort = () => controller.abort(parent?.reason);
  if (parent?.aborted) onParentAbort();
  else parent?.addEventListener('abort', onParentAbort, { once: true });
  try {
    return await ask(controller.signal);
  } finally {
    cancel();
    parent?.removeEventListener('abort', onParentAbort);
  }
}
