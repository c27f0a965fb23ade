import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import { defaultTag } from '../reference/index.ts';

type Version = NonNullable<ReturnType<typeof parse>>;

interface VersionTag {
  readonly tag: string;
  readonly version: Version;
}

const minorPattern = /^(\d+\.\d+)(?:-(\w+))?$/;

/**
 * The tags of a repository, the most wanted first (image-streams.md §3 `PrioritizeTags`): `latest`, then minor versions (`5.1`,
 * `v5.1`, `5.1-rc1`) and after them full versions, each from the highest down, then all others by name. Of equal versions the
 * one without `v` comes first.
 */
export function prioritizeTags(tags: readonly string[]): string[] {
  const latest: string[] = [];
  const minor: VersionTag[] = [];
  const full: VersionTag[] = [];
  const others: string[] = [];
  for (const tag of tags) {
    const plain = tag.replace(/^v+/, '');
    const ofMinor = minorVersion(plain);
    const version = ofMinor ?? parse(plain);
    if (tag === defaultTag) latest.push(tag);
    else if (version === null) others.push(tag);
    else (ofMinor === null ? full : minor).push({ tag, version });
  }
  return [...latest, ...descending(minor), ...descending(full), ...others.sort()];
}

function minorVersion(plain: string): Version | null {
  const [, version, label] = minorPattern.exec(plain) ?? [];
  return version === undefined ? null : parse(`${version}.0${label === undefined ? '' : `-${label}`}`);
}

function descending(tags: readonly VersionTag[]): string[] {
  const ordered = tags.toSorted(
    (one, other) =>
      compare(other.version, one.version) ||
      Number(one.tag.startsWith('v')) - Number(other.tag.startsWith('v')) ||
      (one.tag < other.tag ? -1 : 1),
  );
  return ordered.map(({ tag }) => tag);
}
