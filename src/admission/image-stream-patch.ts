import jsonPatch from 'fast-json-patch';
import type { ImageStream } from '../imagestream/index.ts';
import type { PatchOperation } from './patch.ts';

/**
 * The operations that make of a stream what it was prepared to be; none when that is the same. Preparing touches the spec and the
 * annotations, so nothing else is compared.
 */
export function streamPatch(sent: ImageStream, prepared: ImageStream): readonly PatchOperation[] {
  if (prepared === sent) return [];
  return jsonPatch.compare(preparedParts(sent), preparedParts(prepared)) as PatchOperation[];
}

function preparedParts({ metadata, spec }: ImageStream): object {
  return { metadata: metadata && { annotations: metadata.annotations }, spec };
}
