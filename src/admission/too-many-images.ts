import type { ImageDecision } from './decide-images.ts';
import type { Subject } from './subject.ts';

/** Far more than a Pod that the API server would store; one review must not keep all others waiting. */
export const mostImages = 1000;

/** Refuses an object for the number of its images, before any of them is looked at. */
export function tooManyImages({ kind }: Subject, count: number): ImageDecision {
  const field = kind.podSpecPath.join('.');
  const message = `it holds ${count} images, and at most ${mostImages} are reviewed; split the object`;
  return { rewrites: [], refusals: [{ code: 'TooManyImages', field, message }], warnings: [], outcomes: [] };
}
