import { Failure } from './failure.ts';
import type { Child } from './manifest.ts';
import type { Platform } from './query.ts';

const usualOs = 'linux';
const usualArchitecture = 'amd64';
const mostShown = 8;

/** What a message may repeat of an index. */
const systems =
  'aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows';
const architectures =
  '386 amd64 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x wasm';

/**
 * The image of an index for a platform (image-streams.md §5.2): the first that fits exactly, else the first for linux/amd64, else the first
 * at all. Entries that are no images, such as attestations (`unknown/unknown`), do not count. Throws `NoMatchingPlatform`.
 */
export function chooseChild(children: readonly Child[], { architecture, os }: Platform): Child {
  const wanted = { os: os || usualOs, architecture: architecture || usualArchitecture };
  const images = children.filter((child) => !isAttestation(child));
  const chosen =
    images.find((child) => fits(child, wanted)) ??
    images.find((child) => fits(child, { os: usualOs, architecture: usualArchitecture })) ??
    images[0];
  if (chosen !== undefined) return chosen;
  const there = children.length === 0 ? 'its index is empty' : `its index has only ${listing(children)}`;
  const detail = `has no image for ${shown(wanted)}: ${there}`;
  throw new Failure('NoMatchingPlatform', { detail });
}

function fits(child: Child, wanted: Platform): boolean {
  return child.os === wanted.os && child.architecture === wanted.architecture;
}

function isAttestation({ os, architecture }: Child): boolean {
  return os === 'unknown' || architecture === 'unknown';
}

function listing(children: readonly Child[]): string {
  const names = [...new Set(children.map(shown))];
  const more = names.length - mostShown;
  return `${names.slice(0, mostShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Only words that everybody knows: an index can hold any text. */
function shown({ os, architecture }: Platform): string {
  const word = (text: string, words: string) => (words.split(' ').includes(text) ? text : 'unknown');
  return `${word(os, systems)}/${word(architecture, architectures)}`;
}
