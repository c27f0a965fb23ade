import { type ImageStream, imageStreamGroup } from '../imagestream/index.ts';
import { nameOf, objectOf } from './object-name.ts';
import { shown } from './refusal.ts';
import type { AdmissionRequest } from './request.ts';

export const imageStreamKind = { kind: 'ImageStream', group: imageStreamGroup } as const;

/** The version in which users write. The controller writes another one, which no webhook looks at (architecture decision 2). */
export const reviewedVersion = 'v1';

/** What a request for an ImageStream is about. */
export interface StreamSubject {
  readonly kind: typeof imageStreamKind;
  /** As it was sent: of any shape, until it was looked at. */
  readonly object: ImageStream;
  readonly old: ImageStream | undefined;
  /** The request's namespace, never the object's own word for it. */
  readonly namespace: string;
  readonly name: string;
  /** Only the status is written. */
  readonly status: boolean;
}

/** Is this request the business of the reviews of image streams, whatever becomes of it there? */
export function isStreamRequest({ resource: { group, resource } }: AdmissionRequest): boolean {
  return resource === 'imagestreams' && group === imageStreamGroup;
}

/** The subject of such a request, or undefined when there is nothing to review in it. */
export function streamSubjectOf(request: AdmissionRequest): StreamSubject | undefined {
  const { operation, resource, subResource = '', namespace = '' } = request;
  const object = objectOf(request.object);
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
  if (object === undefined || resource.version !== reviewedVersion) return undefined;
  if (subResource !== '' && subResource !== 'status') return undefined;
  const old = operation === 'UPDATE' ? objectOf(request.oldObject) : undefined;
  return {
    kind: imageStreamKind,
    object: object as unknown as ImageStream,
    old: old as unknown as ImageStream | undefined,
    namespace,
    name: shown(request.name || nameOf(object)),
    status: subResource === 'status',
  };
}
