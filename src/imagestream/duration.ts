const durationPattern = /^(?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))+$/;
const partPattern = /([0-9.]+)(h|ms|m|s)/g;
const longestDuration = 32;
const milliseconds: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * A duration as Go writes it, in whole milliseconds: numbers with the units `h`, `m`, `s`, `ms`, such as `90s`, `1h30m`, `1.5h`.
 * Undefined for anything else: a number without a unit, a sign, days, more than 32 characters.
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > longestDuration || !durationPattern.test(text)) return undefined;
  let sum = 0;
  for (const [, number = '', unit = ''] of text.matchAll(partPattern)) {
    sum += Number(number) * (milliseconds[unit] ?? 0);
  }
  const whole = Math.round(sum);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** Whole milliseconds as {@link parseDuration} reads them: `1h30m`, `15m`, `250ms`, `0s`. */
export function durationText(duration: number): string {
  let rest = duration;
  let text = '';
  for (const [unit, length] of Object.entries(milliseconds)) {
    const whole = Math.floor(rest / length);
    if (whole > 0) text += `${whole}${unit}`;
    rest -= whole * length;
  }
  return text === '' ? '0s' : text;
}
