import type { Phase } from './decide-images.ts';
import { pendingTags, viewAfterWait } from './pending-tags.ts';
import type { ReadImage } from './reading.ts';
import { type Resolution, resolve, type StreamsInView } from './resolution.ts';
import { streamsAskedFor } from './streams.ts';
import type { Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';

/** The images of one review, and what they are resolved by. */
export interface ImageQuestion {
  readonly subject: Subject;
  readonly images: readonly ReadImage[];
  readonly resolveAll: boolean;
  readonly phase: Phase;
  /** The streams of the namespace as memory has them. */
  readonly memory: StreamsInView;
  readonly around: Surroundings;
}

/** What each image came to, in their order, and the streams as they were then known. */
export interface ResolvedImages {
  readonly view: StreamsInView;
  readonly resolutions: readonly Resolution[];
}

/**
 * Memory serves nearly every request, and then nothing is awaited. What it cannot resolve is asked for once; what it could
 * stays as it was, as an answer may be a moment older than memory.
 */
export function resolveImages(question: ImageQuestion): ResolvedImages | Promise<ResolvedImages> {
  const { images, memory, resolveAll } = question;
  const misses = new Set<string>();
  const resolutions = images.map(({ reading }) => {
    const resolution = resolve(reading, memory, resolveAll);
    if (resolution.kind === 'Unresolved' && reading.kind === 'Tag') misses.add(reading.stream);
    return resolution;
  });
  const known = { view: memory, resolutions };
  return misses.size === 0 ? known : resolvedAfterAsking(question, known, misses);
}

/** Asks for streams, then waits for what is being imported for the first time; at most once each, for all images together. */
async function resolvedAfterAsking(
  question: ImageQuestion,
  known: ResolvedImages,
  misses: ReadonlySet<string>,
): Promise<ResolvedImages> {
  const { subject, memory, phase, around } = question;
  const { firstImports, streams } = around;
  const { namespace } = subject;
  const asked = resolvedAnew(question, known, await streamsAskedFor(misses, namespace, memory, streams));
  // who only tries, or judges what can be changed no more, gains nothing by waiting
  if (firstImports === undefined || phase === 'Enforce' || subject.dryRun || subject.owned) return asked;
  const pending = pendingTags(question, asked);
  if (pending.length === 0) return asked;
  await firstImports.wait(namespace, pending);
  return resolvedAnew(question, asked, viewAfterWait(pending, namespace, asked.view, streams));
}

function resolvedAnew(
  { images, resolveAll }: ImageQuestion,
  { resolutions }: ResolvedImages,
  view: StreamsInView,
): ResolvedImages {
  return {
    view,
    resolutions: images.map(({ reading }, index) => {
      const known = resolutions[index];
      return known?.kind === 'Resolved' ? known : resolve(reading, view, resolveAll);
    }),
  };
}
