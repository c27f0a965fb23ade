import jsonPatch from 'fast-json-patch';
import type { ImageStream } from '../imagestream/index.ts';
import type { PatchOperation } from './patch.ts';

/** The operations that make of a stream what it was prepared to be; parts that are the same object are not looked into. */
export function streamPatch(sent: ImageStream, prepared: ImageStream): readonly PatchOperation[] {
  return prepared === sent ? [] : (jsonPatch.compare(sent, prepared) as PatchOperation[]);
}
