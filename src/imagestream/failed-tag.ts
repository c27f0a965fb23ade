import type { ImportFailureReason } from './import-failure.ts';
import { failureOf, importSuccess } from './tag-status.ts';
import type { NamedTagEventList } from './types.ts';

/** Why a tag has no image, or not the one it should. */
export interface TagFault {
  readonly reason: ImportFailureReason;
  readonly message: string;
}

/** What is tried, and when. */
export interface Trial {
  readonly tag: string;
  readonly fault: TagFault;
  /** That was tried. */
  readonly generation: number;
  /** RFC 3339. */
  readonly time: string;
}

/**
 * The list with the condition for a failure; identical when it says the same already. A tag that fails on and on at one generation
 * has been failing since the first time, whatever for (image-streams.md §5.7 has neither).
 */
export function failedTag(list: NamedTagEventList | undefined, trial: Trial): NamedTagEventList {
  const { tag, generation, time, fault } = trial;
  const failure = failureOf(list);
  const failsOn = failure !== undefined && (failure.generation ?? 0) === generation;
  const { reason, message } = fault;
  if (list !== undefined && failsOn && failure.reason === reason && failure.message === message) return list;
  return {
    ...(list ?? { tag }),
    conditions: [
      {
        type: importSuccess,
        status: 'False',
        lastTransitionTime: (failsOn ? failure.lastTransitionTime : undefined) ?? time,
        reason,
        message,
        generation,
      },
    ],
  };
}
