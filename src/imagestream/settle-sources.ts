import { removedTagsAnnotation } from './annotations.ts';
import type { StreamDraft } from './draft.ts';
import { removedTagNames } from './removed-tags.ts';
import { tagSource } from './tag-source.ts';
import { isUnanswered } from './tag-status.ts';

/** Drops the histories of tags that were removed from the spec. */
export function settleRemovedTags(draft: StreamDraft): void {
  for (const name of removedTagNames(draft.annotations.get(removedTagsAnnotation))) {
    if (!draft.tags.has(name)) draft.forget(name);
  }
  draft.annotations.set(removedTagsAnnotation, undefined);
}

/** Settles tags that need nobody's answer: those that only record a reference, and those whose source cannot be read. */
export function settleSources(draft: StreamDraft, time: string): void {
  for (const tag of [...draft.tags.values()]) {
    const source = tagSource(tag, draft.name);
    switch (source.kind) {
      case 'None':
        draft.succeed(tag.name);
        break;
      case 'Invalid':
        draft.fail(tag, { reason: 'InvalidReference', message: source.message });
        break;
      case 'Reference':
        if (isUnanswered(tag, draft.histories.get(tag.name))) {
          draft.record(tag, { created: time, dockerImageReference: source.pullSpec, image: '' });
        } else {
          draft.succeed(tag.name);
        }
        break;
      case 'Image':
      case 'Tag':
      case 'StreamImage':
        break;
    }
  }
}
