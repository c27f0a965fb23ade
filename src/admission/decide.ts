import { concernsImages, decideImages, type ImageDecision, type Phase } from './decide-images.ts';
import { readChanged } from './reading.ts';
import type { StreamsInView } from './resolution.ts';
import { streamsInView } from './streams.ts';
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
  const { resolveAll } = scope;
  const images = readChanged(scope, subject.namespace, settings.integratedRegistry);
  const looked = subject.policy.requestsResolution ? images : [];
  const view = streamsInView(subject.namespace, looked, resolveAll, streams);
  const excluded = subject.policy.coveredByExecution ? excludedRules(subject.namespace) : noRules;
  const finish = (inView: StreamsInView) =>
    decideImages(subject, images, { settings, streams: inView, excludedRules: excluded, phase, resolveAll });
  return view instanceof Promise ? view.then(finish) : finish(view);
}
