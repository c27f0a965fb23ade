import type { Trigger, TriggerContainer } from './trigger.ts';

/** An image string to be written. */
export interface ImageChange {
  /** JSON Pointer to the image string, which may be absent: a JSON Patch `add` sets it either way. */
  readonly pointer: string;
  readonly container: TriggerContainer;
  readonly image: string;
}

/** The pull spec a tag stands for now; undefined when it has none (yet). */
export type ResolveTag = (namespace: string, stream: string, tag: string) => string | undefined;

/**
 * The images that differ from what the triggers ask for. Paused and unresolved triggers change nothing and hinder no
 * other; of several on one container the last that resolves wins. Source: triggers.md §1.7, §2.6, §2.10.
 */
export function desiredImages(triggers: readonly Trigger[], resolve: ResolveTag): readonly ImageChange[] {
  const wanted = new Map<string, { readonly trigger: Trigger; readonly image: string }>();
  for (const trigger of triggers) {
    if (trigger.paused) continue;
    const image = resolve(trigger.namespace, trigger.stream, trigger.tag);
    if (image !== undefined && image !== '') wanted.set(trigger.pointer, { trigger, image });
  }
  const changes: ImageChange[] = [];
  for (const [pointer, { trigger, image }] of wanted) {
    if (trigger.image !== image) changes.push({ pointer, container: trigger.container, image });
  }
  return changes;
}
