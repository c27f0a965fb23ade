import { defaultTag, parseReference } from '../reference/index.ts';
import { repositoryCheckAnnotation } from './annotations.ts';
import type { StreamDraft } from './draft.ts';
import { repositoryImport } from './import-due.ts';
import { retryClass } from './import-failure.ts';
import type { RepositoryImport } from './import-request.ts';
import { prioritizeTags } from './prioritize-tags.ts';
import type { Settled, SettleOptions } from './settled.ts';
import { withDefaults } from './tag-defaults.ts';
import { isUnanswered } from './tag-status.ts';
import type { ImageStream, TagReference } from './types.ts';

/** So many tags of a repository are taken when nothing else is set (image-streams.md §5.2). */
const defaultMost = 50;

/**
 * Applies what is known of the whole repository (image-streams.md §5.2, §6.1): its first tags by priority become tags of the spec, and
 * those that were taken from it before are asked for again. The annotation then says when, or why not; after a failure that may
 * pass it stays empty, and the repository is due again.
 */
export function settleRepository(
  draft: StreamDraft,
  stream: ImageStream,
  { repository: result, time, settings, mostRepositoryTags }: SettleOptions,
): Pick<Settled, 'declared' | 'repositoryFailure'> {
  const asked = repositoryImport(stream, settings);
  if (result === undefined || asked === undefined || !asksTheSame(asked, result.request))
    return { declared: [] };
  const { outcome } = result;
  if (outcome.kind === 'Failed') {
    const { reason, message } = outcome;
    if (retryClass(reason) === 'Permanent') draft.annotations.set(repositoryCheckAnnotation, message);
    return { declared: [], repositoryFailure: { reason, message } };
  }
  const declared: string[] = [];
  for (const name of firstTags(asked.repository, outcome.tags, mostRepositoryTags ?? defaultMost)) {
    const tag = repositoryTag(name, asked);
    const existing = draft.tags.get(name);
    if (existing === undefined) {
      draft.request(tag);
      declared.push(name);
    } else if (isTaken(existing, tag) && !isUnanswered(existing, draft.histories.get(name))) {
      draft.request(existing);
    }
  }
  draft.annotations.set(repositoryCheckAnnotation, time);
  return { declared };
}

function firstTags(repository: string, tags: readonly string[], most: number): readonly string[] {
  const named = new Set(tags.map((tag) => tag || defaultTag));
  return prioritizeTags([...named].filter((tag) => parseReference(`${repository}:${tag}`).ok)).slice(0, most);
}

function repositoryTag(name: string, { repository, insecure, mode }: RepositoryImport): TagReference {
  const from = { kind: 'DockerImage', name: `${repository}:${name}` };
  return withDefaults({ name, from, ...(insecure ? { importPolicy: { insecure } } : {}) }, mode);
}

/** Does the tag come from the repository already? */
function isTaken({ from, reference }: TagReference, tag: TagReference): boolean {
  return from?.kind === tag.from?.kind && from?.name === tag.from?.name && reference !== true;
}

function asksTheSame(one: RepositoryImport, other: RepositoryImport): boolean {
  return one.repository === other.repository && one.insecure === other.insecure && one.mode === other.mode;
}
