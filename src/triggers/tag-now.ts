import type { Trigger } from './trigger.ts';

/** What a tag gives at this moment, as far as is known. */
export interface TagNow {
  /** Pull spec; undefined when it gives none. */
  readonly image: string | undefined;
  /** The API server was asked for this decision. Memory may lag, so it takes nothing away that somebody else wrote. */
  readonly certain: boolean;
  /** Why there is no image, as the end of a sentence. */
  readonly why?: string;
}

/** What several triggers of one container give together. */
export interface Given extends TagNow {
  /** The one that gives the image; the last of them when none does. */
  readonly trigger: Trigger;
}

/** The last trigger that has an image wins (triggers.md §1.7, §2.10). Undefined without triggers. */
export function givenBy(triggers: readonly Trigger[], tag: (trigger: Trigger) => TagNow): Given | undefined {
  let given: Given | undefined;
  let certain = true;
  for (const trigger of triggers) {
    const now = tag(trigger);
    certain &&= now.certain;
    if (now.image !== undefined || given?.image === undefined) given = { ...now, trigger };
  }
  return given === undefined ? undefined : { ...given, certain };
}
