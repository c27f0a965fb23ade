import type { ObjectReference } from '../cluster/index.ts';
import { type ImageStreamMetadata, imageStreamGroup } from '../imagestream/index.ts';
import type { StreamName } from './stream-name.ts';

/** A stream as Events name it: in the version that everybody sees. */
export function streamReference(
  { namespace, name }: Pick<StreamName, 'namespace' | 'name'>,
  { uid, resourceVersion }: ImageStreamMetadata,
): ObjectReference {
  return {
    ...{ apiVersion: `${imageStreamGroup}/v1`, kind: 'ImageStream' },
    ...{ namespace, name, uid, resourceVersion },
  };
}
