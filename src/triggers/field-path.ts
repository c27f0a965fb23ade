import type { ContainerList } from './trigger.ts';

/** How a field path is written: as `oc` writes it, otherwise but readable to OpenShift too, or readable only here. */
export type Spelling = 'Canonical' | 'Loose' | 'Unread';

export type Selector =
  | { readonly by: 'Name'; readonly name: string; readonly spelling: Spelling }
  | { readonly by: 'Index'; readonly index: number; readonly spelling: Spelling };

/**
 * A field path, read. `Path` has the list it names; a selection by name finds containers of either list all the same.
 * `Selector` is a path whose brackets hold something unreadable.
 */
export type FieldPathReading =
  | {
      readonly kind: 'Path';
      readonly list: ContainerList;
      readonly written: string;
      readonly selector: Selector;
    }
  | { readonly kind: 'WrongBasePath' | 'NotAContainerPath' | 'NotAnImagePath' }
  | { readonly kind: 'InvalidSelector'; readonly written: string };

const listStart = /^(?:initContainers|containers)\[/;
const integer = /^[+-]?[0-9]+$/;
const plainInteger = /^(?:0|[1-9][0-9]*)$/;
const spacedInteger = /^ *([0-9]{1,9}) *$/;
const label = /^[a-z0-9-]{1,63}$/;
/** One or two equals signs, either quote, blanks: what people and OpenShift's old documentation write. */
const spacedSelector = /^ *\? *\( *@ *\. *name *={1,2} *(?:"([a-z0-9-]{1,63})"|'([a-z0-9-]{1,63})') *\) *$/;
const opening = '?(@.name=="';
const closing = '")';
/** No selector of a real container is longer. */
const longestSelector = 512;

/**
 * Reads a field path by the rules of OpenShift's own parser, which are looser than JSONPath, and accepts a few more
 * spellings with one obvious meaning. Every pattern is anchored and without nested repetition. Source: triggers.md §1.6.
 *
 * @param podSpecPath where the kind has its pod spec
 */
export function readFieldPath(text: string, podSpecPath: readonly string[]): FieldPathReading {
  const base = `${podSpecPath.join('.')}.`;
  if (!text.startsWith(base)) return { kind: 'WrongBasePath' };
  const path = text.slice(base.length);
  const start = listStart.exec(path)?.[0];
  if (start === undefined) return { kind: 'NotAContainerPath' };
  const close = path.indexOf(']');
  if (close < 0) return { kind: 'NotAContainerPath' };
  const written = path.slice(start.length, close);
  const rest = path.slice(close + 1);
  if (rest !== '.image' && rest !== 'image') return { kind: 'NotAnImagePath' };
  const selector = readSelector(written);
  if (selector === undefined) return { kind: 'InvalidSelector', written };
  const list = start === 'containers[' ? 'containers' : 'initContainers';
  return { kind: 'Path', list, written, selector: rest === '.image' ? selector : loosened(selector) };
}

/** The path that `oc set triggers` would read without a word, to the container's own list. */
export function fieldPathOf(podSpecPath: readonly string[], list: ContainerList, name: string): string {
  return `${podSpecPath.join('.')}.${list}[?(@.name=="${name}")].image`;
}

function readSelector(text: string): Selector | undefined {
  if (text.length > longestSelector) return undefined;
  if (integer.test(text)) {
    return { by: 'Index', index: Number(text), spelling: plainInteger.test(text) ? 'Canonical' : 'Loose' };
  }
  return readName(text) ?? readSpaced(text);
}

/** OpenShift strips the opening and the closing half independently, and one of them is enough. */
function readName(text: string): Selector | undefined {
  const opened = text.startsWith(opening);
  const inner = opened ? text.slice(opening.length) : text;
  const closed = inner.endsWith(closing);
  const name = closed ? inner.slice(0, -closing.length) : inner;
  if (opened && closed) return { by: 'Name', name, spelling: 'Canonical' };
  return (opened || closed) && label.test(name) ? { by: 'Name', name, spelling: 'Loose' } : undefined;
}

function readSpaced(text: string): Selector | undefined {
  const index = spacedInteger.exec(text)?.[1];
  if (index !== undefined) return { by: 'Index', index: Number(index), spelling: 'Unread' };
  const match = spacedSelector.exec(text);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? undefined : { by: 'Name', name, spelling: 'Unread' };
}

function loosened(selector: Selector): Selector {
  return selector.spelling === 'Canonical' ? { ...selector, spelling: 'Loose' } : selector;
}
