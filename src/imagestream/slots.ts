/** Of times that grow with their number: the last that is not after now, and the first that is. In ms since the epoch. */
export interface Slots {
  /** Undefined while there was none yet. */
  readonly latest: number | undefined;
  /** Infinite when there is no more. */
  readonly next: number;
}

/**
 * Finds the slots around `now`. `timeOf` grows with its number; the slot with number `guess` + 2 is certainly after now; numbers
 * below `first` do not exist.
 */
export function slotsAround(
  now: number,
  guess: number,
  timeOf: (number: number) => number,
  first: number,
): Slots {
  let number = guess + 1;
  while (number >= first && timeOf(number) > now) number -= 1;
  return { latest: number >= first ? timeOf(number) : undefined, next: timeOf(number + 1) };
}
