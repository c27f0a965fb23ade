import type { ResolvableStream } from '../imagestream/index.ts';
import type { PendingTag } from './first-imports.ts';
import type { TagReading } from './reading.ts';
import type { KnownStream, StreamsInView } from './resolution.ts';
import type { ImageQuestion, ResolvedImages } from './resolve-images.ts';
import type { AdmissionSettings } from './settings.ts';
import type { StreamSource } from './streams.ts';
import type { Subject } from './subject.ts';

/** Characters of JSON; an object waits in memory, with hundreds of others, and none that a person wrote is larger. */
const largestWaiting = 128 * 1024;

/**
 * The tags among a subject's images that are being imported for the first time, where their image would be written: waiting for
 * anything else would change nothing.
 */
export function pendingTags(
  { subject, images, resolveAll, around: { settings } }: ImageQuestion,
  { view, resolutions }: ResolvedImages,
): readonly PendingTag[] {
  const pending: PendingTag[] = [];
  for (const [index, { reading }] of images.entries()) {
    const resolution = resolutions[index];
    if (reading.kind !== 'Tag' || resolution?.kind !== 'Unresolved') continue;
    if (resolution.code !== 'TagNotImported') continue;
    if (!resolveAll && reading.partial && !isLocal(view.stream(reading.stream))) continue;
    if (!isWritten(subject, reading, settings)) continue;
    pending.push({ stream: reading.stream, tag: reading.tag });
  }
  return pending.length === 0 || isLarge(subject) ? [] : pending;
}

/**
 * The streams after the wait: as memory has them where it has the tag, else as they were known before. What memory lacks it may
 * not have got yet; to take it for gone would let the name through to another registry.
 */
export function viewAfterWait(
  waited: readonly PendingTag[],
  namespace: string,
  before: StreamsInView,
  source: StreamSource,
): StreamsInView {
  const stream = (name: string) => {
    const now = source.get(namespace, name);
    const tags = waited.filter((each) => each.stream === name);
    return tags.length > 0 && tags.every(({ tag }) => hasTag(now, tag)) ? now : before.stream(name);
  };
  return { ...before, stream };
}

function hasTag(stream: ResolvableStream | undefined, tag: string): boolean {
  return stream?.tags.some(({ name }) => name === tag) === true;
}

function isLocal(stream: KnownStream): boolean {
  return stream !== undefined && stream !== 'Unavailable' && stream.local;
}

function isWritten({ policy, old }: Subject, { partial }: TagReading, settings: AdmissionSettings): boolean {
  if (settings.policy.failOnResolutionFailure) return true;
  return policy.rewrites({ localRewrite: partial, update: old !== undefined });
}

/** Too large to wait in memory. */
export function isLarge({ object, old }: Subject): boolean {
  return JSON.stringify([object, old]).length > largestWaiting;
}
