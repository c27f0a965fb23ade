import {
  candidatesAnnotation,
  removedTagsAnnotation,
  repositoryCheckAnnotation,
  tagsAnnotation,
  updatedAnnotation,
} from './annotations.ts';
import { isObject } from './shape.ts';
import type { ImageStream } from './types.ts';

/** What only the controller writes. */
const controllers = [tagsAnnotation, updatedAnnotation, candidatesAnnotation] as const;

type Annotations = Readonly<Record<string, string>>;

/**
 * The annotations of a stream with the project's own as they were: nobody can forge them, and a manifest that was exported from
 * elsewhere brings none. `removedTags` is the value of the one that is computed; undefined is none. Identical when nothing
 * differs, and when the annotations cannot be read.
 */
export function withOwnAnnotations(
  next: ImageStream,
  old: ImageStream | undefined,
  removedTags: string | undefined,
): ImageStream {
  if (!isObject(next.metadata) || !isReadable(next.metadata.annotations)) return next;
  const annotations = next.metadata.annotations ?? {};
  const before = annotationsOf(old);
  const due = new Map<string, string | undefined>(controllers.map((name) => [name, textOf(before, name)]));
  due.set(removedTagsAnnotation, removedTags);
  if (namesOtherRepository(next, old)) due.set(repositoryCheckAnnotation, undefined);
  const wrong = [...due].filter(([name, value]) => textOf(annotations, name) !== value);
  if (wrong.length === 0) return next;
  const stale = new Set(wrong.map(([name]) => name));
  const kept = Object.entries(annotations).filter(([name]) => !stale.has(name));
  const restored = wrong.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...next,
    metadata: { ...next.metadata, annotations: Object.fromEntries([...kept, ...restored]) },
  };
}

/** What was looked through was another repository, so that the new one is still to be imported (image-streams.md §6.1). */
function namesOtherRepository({ spec }: ImageStream, old: ImageStream | undefined): boolean {
  const before = isObject(old?.spec) ? old.spec.dockerImageRepository : undefined;
  return old !== undefined && !!spec?.dockerImageRepository && spec.dockerImageRepository !== before;
}

/** The annotations of a stream that are not the project's own; what is no text is passed over. */
export function usersAnnotations(stream: ImageStream | undefined): readonly (readonly [string, string])[] {
  const own: readonly string[] = [...controllers, removedTagsAnnotation];
  return Object.entries(annotationsOf(stream)).filter(
    ([name, value]) => typeof value === 'string' && !own.includes(name),
  );
}

/** One annotation of a stream; undefined when it has none. */
export function annotationOf(stream: ImageStream | undefined, name: string): string | undefined {
  return textOf(annotationsOf(stream), name);
}

function annotationsOf(stream: ImageStream | undefined): Annotations {
  const annotations = isObject(stream?.metadata) ? stream.metadata.annotations : undefined;
  return isObject(annotations) ? (annotations as Annotations) : {};
}

function textOf(annotations: Annotations, name: string): string | undefined {
  const value: unknown = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isReadable(annotations: unknown): boolean {
  return annotations === undefined || annotations === null || isObject(annotations);
}
