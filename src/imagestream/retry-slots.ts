import { type ImportFailureReason, retryClass } from './import-failure.ts';
import { type Slots, slotsAround } from './slots.ts';
import { stableFraction } from './stable-hash.ts';

const minute = 60_000;
const hour = 60 * minute;

const gaps = {
  Passing: { first: minute, most: hour },
  Slow: { first: 10 * minute, most: 6 * hour },
} as const;

/** Times move by up to this part of their gap, so that what failed together is not tried together. */
const jitter = 0.1;

/**
 * When a tag that fails since `failingSince` is tried again, around `now`: after b, 3b, 7b, … with the gap growing up to a cap, from
 * 1 min to 1 h where the cause may pass, from 10 min to 6 h where a permission is missing. Undefined when trying again does
 * not help. Times in ms since the epoch; they follow from the arguments alone, so a restart changes nothing.
 * @param key tells failing tags apart
 */
export function retrySlots(
  reason: ImportFailureReason | string,
  failingSince: number,
  key: string,
  now: number,
): Slots | undefined {
  const kind = retryClass(reason);
  if (kind === 'Permanent') return undefined;
  const { first, most } = gaps[kind];
  const doublings = Math.ceil(Math.log2(most / first));
  const afterDoublings = first * (2 ** doublings - 1);
  const timeOf = (number: number) => {
    const growing = number < doublings;
    const after = growing
      ? first * (2 ** (number + 1) - 1)
      : afterDoublings + (number - doublings + 1) * most;
    const gap = growing ? first * 2 ** number : most;
    const shift = jitter * (2 * stableFraction(`${key}#${number}`) - 1);
    return Math.round(failingSince + after + shift * gap);
  };
  const passed = now - failingSince - afterDoublings;
  return slotsAround(now, doublings + Math.max(0, Math.floor(passed / most)), timeOf, 0);
}
