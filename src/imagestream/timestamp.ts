const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Milliseconds since the epoch of an RFC 3339 time; undefined for anything else. */
export function millisecondsOf(time: string | null | undefined): number | undefined {
  const match = pattern.exec(time ?? '');
  if (match === null) return undefined;
  const number = (group: number) => Number(match[group] ?? 0);
  const seconds =
    ((daysOf(number(1), number(2), number(3)) * 24 + number(4)) * 60 + number(5)) * 60 + number(6);
  const offset = (match[8] === '-' ? -60 : 60) * (number(9) * 60 + number(10));
  return (seconds - offset) * 1000 + Math.floor(number(7) * 1000);
}

/** Days since 1970-01-01 in the Gregorian calendar; counted in years that begin in March, so that leap days come last. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leapDays + dayOfYear - 719_468;
}
