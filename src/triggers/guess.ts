import { builtInKinds } from '../workloads/index.ts';
import type { ContainerPlace } from './containers.ts';
import type { Subject } from './subject.ts';
import type { ContainerList } from './trigger.ts';

const longestGuessed = 512;
/** Words of the path itself, which name no container. */
const pathWords: ReadonlySet<string> = new Set([
  ...builtInKinds.flatMap(({ podSpecPath }) => podSpecPath),
  'containers',
  'initContainers',
  'name',
  'image',
]);

/** Lists that no trigger reaches: a number there says nothing about containers. */
const otherLists = /ephemeralContainers|volumes/i;

/** The container that an unreadable path probably means: one whose name or number occurs in it, or nearly so. */
export function guessContainer(
  fieldPath: string,
  { kind, containers, suggest }: Subject,
): ContainerPlace | undefined {
  if (otherLists.test(fieldPath)) return undefined;
  const words = fieldPath.slice(0, longestGuessed).match(/[A-Za-z0-9-]+/g) ?? [];
  const telling = words.filter((word) => !pathWords.has(word) && !kind.podSpecPath.includes(word));
  const list: ContainerList = fieldPath.includes('initContainers') ? 'initContainers' : 'containers';
  const last = telling.at(-1);
  const exact = containers.find(({ name }) => telling.includes(name));
  const numbered = containers.find((place) => place.list === list && last === `${place.index}`);
  if (exact !== undefined || numbered !== undefined || last === undefined) return exact ?? numbered;
  const near = suggest(
    last,
    containers.map(({ name }) => name),
  );
  return containers.find(({ name }) => name === near);
}
