import type { HealthResult } from './health.ts';

export interface HealthReport {
  readonly passed: boolean;
  readonly text: string;
}

/**
 * Words the results as the Kubernetes API server does: `ok` alone, or one line per check and a verdict when asked
 * to be verbose or when a check failed. Unlike there, the reason is given: this port is not open to the world.
 */
export function healthReport(
  endpoint: string,
  results: readonly HealthResult[],
  verbose: boolean,
): HealthReport {
  const passed = results.every(({ reason }) => reason === undefined);
  if (passed && !verbose) {
    return { passed, text: 'ok' };
  }
  const lines = results.map(({ name, reason }) =>
    reason === undefined ? `[+]${name} ok` : `[-]${name} failed: ${reason}`,
  );
  return { passed, text: `${[...lines, `${endpoint} check ${passed ? 'passed' : 'failed'}`].join('\n')}\n` };
}
