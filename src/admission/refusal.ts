import { type ImagePlace, imageField, type WorkloadKind } from '../workloads/index.ts';
import type { UnresolvedCode } from './resolution.ts';

export type RefusalCode = UnresolvedCode | 'ProhibitedByPolicy' | 'OwnedNotExact' | 'TooManyImages';

/** Why one image is not admitted. */
export interface Refusal {
  readonly code: RefusalCode;
  /** Where, as Kubernetes writes it: `spec.template.spec.containers[0].image`. */
  readonly field: string;
  /** Container or image volume, what it says, why that cannot stand, and what would. */
  readonly message: string;
}

/** A sentence about one image, opened by where it stands and what it says. */
export function aboutImage(place: ImagePlace, sentence: string): string {
  const what = place.list === 'volumes' ? 'image volume' : 'container';
  return `${what} "${shown(place.name)}", image "${shown(place.image)}": ${sentence}`;
}

export function refusal(code: RefusalCode, kind: WorkloadKind, place: ImagePlace, sentence: string): Refusal {
  return { code, field: imageField(kind, place), message: aboutImage(place, sentence) };
}

const longestShown = 120;

/** The API server has not validated anything yet: a string can be megabytes of anything; messages show its head, escaped. */
export function shown(text: string, longest = longestShown): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replace(
    /[\p{C}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
