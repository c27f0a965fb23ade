import { concernsImages, decideImages, type ImageDecision, type Phase } from './decide-images.ts';
import { readChanged } from './reading.ts';
import { type ResolvedImages, resolveImages } from './resolve-images.ts';
import { streamsInMemory } from './streams.ts';
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
  around: Surroundings,
): ImageDecision | Promise<ImageDecision> {
  const { settings, streams, excludedRules } = around;
  if (!subject.exempt && scope.places.length > mostImages) return tooManyImages(subject, scope.places.length);
  if (scope.changed.length === 0 || !concernsImages(subject, settings.policy)) return nothing;
  const { resolveAll } = scope;
  const images = readChanged(scope, subject.namespace, settings.integratedRegistry);
  const excluded =
    (subject.policy.coveredByExecution ? excludedRules?.(subject.namespace) : undefined) ?? noRules;
  const memory = streamsInMemory(subject.namespace, streams);
  const finish = ({ view, resolutions }: ResolvedImages) => {
    const context = { settings, streams: view, excludedRules: excluded, phase, resolveAll };
    return decideImages(subject, images, resolutions, context);
  };
  if (!subject.policy.requestsResolution) return finish({ view: memory, resolutions: [] });
  const resolved = resolveImages({ subject, images, resolveAll, phase, memory, around });
  return resolved instanceof Promise ? resolved.then(finish) : finish(resolved);
}
