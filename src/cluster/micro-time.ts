/**
 * A time as Kubernetes' MicroTime: RFC 3339 in UTC with exactly six decimals, the only form the API server reads.
 * @param ms since the epoch, fractions included
 */
export function microTime(ms: number): string {
  const micros = Math.floor((ms % 1) * 1_000);
  return new Date(ms).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}
