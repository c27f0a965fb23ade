import type { Answer } from './exchange.ts';
import { Failure } from './failure.ts';
import { asObject } from './json.ts';
import { nextPage } from './link.ts';
import type { Asker, RegistryApi } from './registry-api.ts';
import { parseUntrusted } from './safe-json.ts';
import type { RegistryLimits } from './settings.ts';

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const pageSize = 1_000;

/**
 * The tags of a repository, page by page, in the registry's order and at most `most`. Names that are no tags are left out.
 *
 * @throws Failure
 */
export async function listTags(
  api: RegistryApi,
  asker: Asker,
  most: number,
  limits: RegistryLimits,
): Promise<readonly string[]> {
  const tags = new Set<string>();
  const seen = new Set<string>();
  let next: string | undefined = `/v2/${asker.place.path}/tags/list?n=${pageSize}`;
  while (next !== undefined && tags.size < most) {
    if (seen.has(next) || seen.size >= limits.tagPages) {
      throw new Failure('InvalidResponse', { detail: 'the list of tags does not end' });
    }
    seen.add(next);
    const answer: Answer = await api.get(asker, {
      method: 'GET',
      path: next,
      accept: 'application/json',
      mostBytes: limits.tagPageBytes,
    });
    for (const tag of tagsIn(answer)) tags.add(tag);
    next = nextPage(answer.header('link'), answer.url);
  }
  return [...tags].slice(0, most);
}

function tagsIn(answer: Answer): readonly string[] {
  const body = parseUntrusted(answer.body);
  const tags = asObject(body)['tags'];
  // null for a repository whose tags have all been deleted
  if (tags === null || (tags === undefined && asObject(body)['name'] !== undefined)) return [];
  if (!Array.isArray(tags)) throw new Failure('NotARegistry');
  return tags.filter((tag) => typeof tag === 'string' && tagPattern.test(tag));
}
