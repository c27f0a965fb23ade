import type { ImageReference } from '../reference/index.ts';
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
  const repository = scheduleKey(source);
  const phase = stableFraction(repository) * interval;
  const timeOf = (number: number) => {
    const shift = jitter * (2 * stableFraction(`${repository}#${number}`) - 1);
    return Math.round(phase + (number + shift) * interval);
  };
  return slotsAround(now, Math.floor((now - phase) / interval), timeOf, Number.NEGATIVE_INFINITY);
}

const hubNames = new Set(['', 'docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** The repository under one name, however much of Docker Hub's defaults is written (image-streams.md §3 `DockerClientDefaults`). */
function scheduleKey({ registry, namespace, name }: ImageReference): string {
  if (!hubNames.has(registry)) return `${registry}/${namespace}/${name}`;
  return `docker.io/${namespace || 'library'}/${name}`;
}
