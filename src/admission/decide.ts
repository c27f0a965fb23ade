import { concernsImages, decideImages, type ImageDecision, type Phase } from './decide-images.ts';
import { type ReadImage, readChanged } from './reading.ts';
import { type Resolution, resolve, type StreamsInView } from './resolution.ts';
import { type StreamSource, streamsAskedFor, streamsInMemory } from './streams.ts';
import type { ImagesInScope, Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';
import { mostImages, tooManyImages } from './too-many-images.ts';

const noRules: ReadonlySet<string> = new Set();

const nothing: ImageDecision = { rewrites: [], refusals: [], warnings: [], outcomes: [] };

/** Gathers what the images of a subject need, and decides; a promise only where a stream had to be asked for. */
export function decide(
  subject: Subject,
  scope: ImagesInScope,
  phase: Phase,
  { settings, streams, excludedRules }: Surroundings,
): ImageDecision | Promise<ImageDecision> {
  if (!subject.exempt && scope.places.length > mostImages) return tooManyImages(subject, scope.places.length);
  if (scope.changed.length === 0 || !concernsImages(subject, settings.policy)) return nothing;
  const images = readChanged(scope, subject.namespace, settings.integratedRegistry);
  const excluded =
    (subject.policy.coveredByExecution ? excludedRules?.(subject.namespace) : undefined) ?? noRules;
  const memory = streamsInMemory(subject.namespace, streams);
  const finish = ({ view, resolutions }: Resolved) => {
    const context = { settings, streams: view, excludedRules: excluded, phase, resolveAll: scope.resolveAll };
    return decideImages(subject, images, resolutions, context);
  };
  if (!subject.policy.requestsResolution) return finish({ view: memory, resolutions: [] });
  const resolved = resolveImages(images, scope.resolveAll, subject.namespace, memory, streams);
  return resolved instanceof Promise ? resolved.then(finish) : finish(resolved);
}

/** What each image came to, in their order, and the streams as they were then known. */
interface Resolved {
  readonly view: StreamsInView;
  readonly resolutions: readonly Resolution[];
}

/**
 * Memory serves nearly every request, and then nothing is awaited. What it cannot resolve is asked for once; what it could
 * stays as it was, as an answer may be a moment older than memory.
 */
function resolveImages(
  images: readonly ReadImage[],
  resolveAll: boolean,
  namespace: string,
  memory: StreamsInView,
  source: StreamSource,
): Resolved | Promise<Resolved> {
  const misses = new Set<string>();
  const resolutions = images.map(({ reading }) => {
    const resolution = resolve(reading, memory, resolveAll);
    if (resolution.kind === 'Unresolved' && reading.kind === 'Tag') misses.add(reading.stream);
    return resolution;
  });
  if (misses.size === 0) return { view: memory, resolutions };
  return streamsAskedFor(misses, namespace, memory, source).then((view) => ({
    view,
    resolutions: images.map(({ reading }, index) => {
      const known = resolutions[index];
      return known?.kind === 'Resolved' ? known : resolve(reading, view, resolveAll);
    }),
  }));
}
