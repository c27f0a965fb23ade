import { prepareImageStream } from '../imagestream/index.ts';
import { streamPatch } from './image-stream-patch.ts';
import { streamSubjectOf } from './image-stream-subject.ts';
import type { AdmissionRequest } from './request.ts';
import { admitted } from './response.ts';
import type { Reviewed, Surroundings } from './surroundings.ts';

/** How `kubectl apply` calls itself unless it is told otherwise, `kubectl diff` too. */
const clientSideApply = 'kubectl-client-side-apply';

/**
 * The mutating webhook for image streams: defaults, generations, tags of others in a client-side apply, and annotations that
 * nobody may forge (image-streams.md §4.2, §4.3).
 */
export function mutateStream(request: AdmissionRequest, { settings }: Surroundings): Reviewed {
  const subject = streamSubjectOf(request);
  // the API server drops whatever such a request says besides the status
  if (subject === undefined || subject.status) return { answer: admitted };
  const { object, old, namespace } = subject;
  const prepared = prepareImageStream({
    next: object,
    old,
    namespace,
    clientSideApply: request.options?.fieldManager === clientSideApply,
    defaultMode: settings.imageStreams.defaultMode,
  });
  const patch = streamPatch(object, prepared);
  return { answer: patch.length === 0 ? admitted : { allowed: true, patch, warnings: [] }, subject };
}
