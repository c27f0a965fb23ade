import type { ImageStream } from './types.ts';

/** Beyond it a number is no longer exact when it is read as JSON; what a forged status says there does not count. */
export const highestGeneration = 1e15;

/**
 * The generation for what is asked of a tag next: above the stream's own and above all that its spec and its history mention, so
 * that nothing recorded can pass for the answer (image-streams.md §4.3; on a custom resource every write of the controller raises
 * the stream's own, and a restored history may be ahead of it). 1 for a stream that does not exist yet.
 */
export function nextGeneration(stream: ImageStream | undefined): number {
  let highest = counted(stream?.metadata.generation);
  for (const { generation } of stream?.spec?.tags ?? []) highest = Math.max(highest, counted(generation));
  for (const { items, conditions } of stream?.status?.tags ?? []) {
    for (const { generation } of items ?? []) highest = Math.max(highest, counted(generation));
    for (const { generation } of conditions ?? []) highest = Math.max(highest, counted(generation));
  }
  return highest + 1;
}

function counted(generation: number | null | undefined): number {
  return typeof generation === 'number' && generation <= highestGeneration ? generation : 0;
}
