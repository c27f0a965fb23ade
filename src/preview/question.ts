import type { PreviewQuestion } from '../controllers/index.ts';
import { isNamespaceName, isStreamName, isTagName, type TagTarget } from '../imagestream/index.ts';
import { isDigest, parseReference, repositoryOf } from '../reference/index.ts';
import { PreviewError } from './error.ts';

/** Workloads in one answer. */
export const mostWorkloads = 500;
/** No key of a workload is longer: resource, namespace and name of 253 letters each. */
const longestCursor = 1_200;
const known: ReadonlySet<string> = new Set(['to', 'image', 'limit', 'continue']);

/**
 * Reads `/preview/namespaces/NAMESPACE/imagestreamtags/STREAM:TAG?to=TAG` or `…?image=PULLSPEC`, with `limit` and `continue`.
 * @throws PreviewError `BadQuestion`
 */
export function questionIn(namespace: string, name: string, query: URLSearchParams): PreviewQuestion {
  if (!isNamespaceName(namespace))
    throw bad('what follows namespaces/ in the path must be the name of a namespace');
  const [stream = '', tag = '', ...rest] = name.split(':');
  if (rest.length > 0 || !isStreamName(stream) || !isTagName(tag)) {
    throw bad('the path must end with the name of an image stream and a tag, such as keycloak:20');
  }
  for (const key of query.keys()) {
    if (!known.has(key)) throw bad('only the parameters to, image, limit and continue are known');
    if (query.getAll(key).length > 1) throw bad(`${key} is given more than once`);
  }
  return {
    ...{ namespace, stream, tag },
    target: targetIn(query.get('to'), query.get('image'), tag),
    limit: limitIn(query.get('limit')),
    after: cursorIn(query.get('continue')),
  };
}

/** What `continue` is to be for the next part. */
export function cursorFor(workload: string): string {
  return Buffer.from(workload).toString('base64url');
}

function targetIn(to: string | null, image: string | null, own: string): TagTarget {
  if (to !== null && image === null) {
    if (!isTagName(to)) throw bad('to must be another tag of the same image stream, such as 20.0.3');
    if (to === own) throw bad('to must be another tag than the one in the path');
    return { kind: 'Tag', tag: to };
  }
  if (image === null || to !== null) {
    throw bad(
      'say where the tag would point: with to, another tag of the image stream, or with image, a pull spec',
    );
  }
  const parsed = parseReference(image);
  const digest = parsed.ok ? parsed.reference.id : '';
  if (!parsed.ok || !isDigest(digest) || repositoryOf(parsed.reference) === '') {
    throw bad(
      'image must be a pull spec with a digest, REGISTRY/REPOSITORY@sha256:…; what a name gives only an import can tell',
    );
  }
  return { kind: 'Image', pullSpec: image, digest };
}

function limitIn(text: string | null): number {
  if (text === null) return mostWorkloads;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit === 0) throw bad(`limit must be a number from 1 to ${mostWorkloads}`);
  return Math.min(limit, mostWorkloads);
}

function cursorIn(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  const workload = Buffer.from(text, 'base64url').toString('utf8');
  if (text.length > longestCursor || !/^[a-z0-9.-]+\/[^/]+\/[^/]+$/.test(workload)) {
    throw bad('continue must be what the answer before gave in metadata.continue');
  }
  return workload;
}

function bad(message: string): PreviewError {
  return new PreviewError('BadQuestion', message);
}
