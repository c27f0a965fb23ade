import type { Logger } from '../telemetry/index.ts';

/** The hook, called without ever failing: whoever listens must not stop the one who tells. */
export function safeHook<T>(hook: ((told: T) => void) | undefined, logger: Logger): (told: T) => void {
  return (told) => {
    try {
      hook?.(told);
    } catch (error) {
      logger.error({ err: error }, 'a hook failed');
    }
  };
}
