import {
  type AllowList,
  fieldProblemText,
  type ImageStream,
  imageStreamWarnings,
  prepareImageStream,
  registryAllowList,
  type StreamValidation,
  validateImageStream,
} from '../../src/imagestream/index.ts';
import type { TagReference } from '../../src/imagestream/types.ts';
import { written } from './written.ts';

/** Allows those registries at their secure port; without any, all. */
export function allowListOf(...domainNames: readonly string[]): AllowList {
  return insecureAllowListOf(false, ...domainNames);
}

export function insecureAllowListOf(insecure: boolean, ...domainNames: readonly string[]): AllowList {
  const parsed = registryAllowList(domainNames.map((domainName) => ({ domainName, insecure })));
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.allowList;
}

/** What a user is told who writes the stream in namespace `ns`. */
export function problems(
  next: ImageStream,
  old?: ImageStream,
  more: Partial<StreamValidation> = {},
): readonly string[] {
  const prepared = prepareImageStream({
    next,
    old,
    namespace: 'ns',
    clientSideApply: false,
    defaultMode: 'PreserveOriginal',
  });
  const input = { next: prepared, old, namespace: 'ns', allowList: allowListOf(), mostBytes: 700_000 };
  return validateImageStream({ ...input, minimumIntervalMs: 60_000, ...more }).map(fieldProblemText);
}

/** What a user is warned of who writes the stream in namespace `ns`. */
export function warnings(next: ImageStream, old?: ImageStream): readonly string[] {
  return imageStreamWarnings({ next, old, namespace: 'ns' });
}

/** What a user is told of the only tag of a new stream. */
export function tagProblems(tag: TagReference): readonly string[] {
  return problems(written({ tags: [tag] }));
}
