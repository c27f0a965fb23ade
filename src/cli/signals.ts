/**
 * Resolves at the first SIGTERM or SIGINT. Later ones are swallowed: under npm a Ctrl-C arrives twice, and the second must not cut
 * the shutdown short.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}
