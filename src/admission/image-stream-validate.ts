import {
  crossNamespaceSources,
  type FieldProblem,
  type ImageStream,
  imageStreamWarnings,
  validateImageStream,
  validateImageStreamStatus,
} from '../imagestream/index.ts';
import { sourceProblems } from './foreign-sources.ts';
import { refuseStream, unavailableStream } from './image-stream-refusal.ts';
import { type StreamSubject, streamSubjectOf } from './image-stream-subject.ts';
import type { AdmissionRequest } from './request.ts';
import { admitted } from './response.ts';
import type { StreamSettings } from './settings.ts';
import type { Reviewed, Surroundings } from './surroundings.ts';

/**
 * The validating webhook for image streams: the rules of image-streams.md §2.1, and whether the user may pull what the stream takes
 * from other namespaces (§4.7). A request that changes nothing of that is asked nothing.
 */
export async function validateStream(
  request: AdmissionRequest,
  { settings, userMayPull }: Surroundings,
): Promise<Reviewed> {
  const subject = streamSubjectOf(request);
  if (subject === undefined) return { answer: admitted };
  const problems = problemsOf(subject, settings.imageStreams);
  const sources = subject.status ? [] : crossNamespaceSources(subject.object, subject.old, subject.namespace);
  const warnings = subject.status ? [] : warningsOf(subject);
  const { forbidden, unanswered } = await sourceProblems(sources, request.userInfo ?? {}, userMayPull);
  const wrong = [...problems, ...forbidden];
  if (wrong.length > 0)
    return { answer: refuseStream(subject, [...wrong, ...unanswered], warnings), subject };
  if (unanswered.length > 0) return { answer: unavailableStream(subject, unanswered), subject };
  return { answer: warnings.length === 0 ? admitted : { allowed: true, patch: [], warnings }, subject };
}

function warningsOf({ object: next, old, namespace }: StreamSubject): readonly string[] {
  return imageStreamWarnings({ next, old, namespace });
}

function problemsOf(
  { object: next, old, namespace, status }: StreamSubject,
  { allowList, mostBytes, minimumIntervalMs }: StreamSettings,
): readonly FieldProblem[] {
  return status
    ? validateImageStreamStatus({ next, old: old ?? nothing, allowList })
    : validateImageStream({ next, old, namespace, allowList, mostBytes, minimumIntervalMs });
}

const nothing: ImageStream = { apiVersion: '', kind: 'ImageStream', metadata: { name: '' } };
