import type { ImageReference } from '../reference/index.ts';
import { repositoryKey } from './known-repositories.ts';
import { type Slots, slotsAround } from './slots.ts';
import { stableFraction } from './stable-hash.ts';

/** Slots move by up to this part of the interval, so that equal intervals do not stay in step. */
const jitter = 0.05;

/**
 * When a scheduled tag is imported, around `now`: once an interval, at a point of it that follows from the repository alone. So
 * repositories are spread over the interval, streams that share one ask together, and a restart changes nothing.
 * Times in ms, since the epoch.
 */
export function scheduleSlots(source: ImageReference, interval: number, now: number): Slots {
  const repository = repositoryKey(source);
  const phase = stableFraction(repository) * interval;
  const timeOf = (number: number) => {
    const shift = jitter * (2 * stableFraction(`${repository}#${number}`) - 1);
    return Math.round(phase + (number + shift) * interval);
  };
  return slotsAround(now, Math.floor((now - phase) / interval), timeOf, Number.NEGATIVE_INFINITY);
}
