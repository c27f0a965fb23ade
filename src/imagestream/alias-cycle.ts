import { isSameStream, type StreamName, tagSource } from './tag-source.ts';
import type { TagReference } from './types.ts';

/** The tags of a stream that follow each other in a ring: each ring once, as `[a, b, a]`, begun by its first tag of the spec. */
export function aliasCycles(tags: readonly TagReference[], home: StreamName): readonly (readonly string[])[] {
  const followed = new Map<string, string>();
  for (const tag of tags) {
    const source = tagSource(tag, home);
    if (source.kind === 'Tag' && isSameStream(source, home)) followed.set(tag.name, source.tag);
  }
  const seen = new Set<string>();
  const rings: (readonly string[])[] = [];
  for (const { name } of tags) {
    const path = new Set<string>();
    let at: string | undefined = name;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.add(at);
      at = followed.get(at);
    }
    if (at !== undefined && path.has(at)) rings.push(ringFrom([...path], at));
  }
  return rings.map((ring) => begunBy(ring, tags));
}

/** The end of the path that begins at `first`. */
function ringFrom(path: readonly string[], first: string): readonly string[] {
  return path.slice(path.indexOf(first));
}

function begunBy(ring: readonly string[], tags: readonly TagReference[]): readonly string[] {
  const first = tags.find(({ name }) => ring.includes(name))?.name ?? '';
  const start = ring.indexOf(first);
  return [...ring.slice(start), ...ring.slice(0, start), first];
}
