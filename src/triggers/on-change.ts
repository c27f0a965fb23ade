import type { JobPhase } from './job-phase.ts';

/** The words of `imagestreams.io/on-change`, and of which Jobs each lets one take the place. */
const phasesByWord: Readonly<Record<string, readonly JobPhase[]>> = {
  recreate: ['Waiting'],
  'recreate-finished': ['Waiting', 'Finished'],
  'recreate-running': ['Waiting', 'Started'],
};

/** One of them, or several separated by commas. */
export const onChangeWords: readonly string[] = Object.keys(phasesByWord);

/** What `imagestreams.io/on-change` asks for. */
export interface OnChange {
  /** Jobs in these phases are made anew when a tag that they follow moves; empty while any word is unknown. */
  readonly phases: ReadonlySet<JobPhase>;
  /** Words that there are not; an empty one where nothing stands. */
  readonly unknown: readonly string[];
}

/**
 * Reads the annotation. Every word stands for itself and for `recreate`: who lets running Jobs be replaced has not said that
 * finished ones may run again.
 */
export function decodeOnChange(text: string): OnChange {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.filter((word) => !Object.hasOwn(phasesByWord, word));
  const phases = unknown.length > 0 ? [] : words.flatMap((word) => phasesByWord[word] ?? []);
  return { phases: new Set(phases), unknown };
}
