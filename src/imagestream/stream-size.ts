import type { FieldProblem } from './field-problem.ts';
import { readableStream } from './shape.ts';
import type { ImageStream, ImageStreamSpec, ImageStreamStatus } from './types.ts';

/** Tags of one spec. */
export const mostTags = 1000;

/** Too many tags, where there are more than before. */
export function tagCountProblem(tags: number, before: number): FieldProblem | undefined {
  if (tags <= mostTags || tags <= before) return undefined;
  const detail = `${tags} tags, and ${mostTags} are allowed: remove tags that nobody uses, or spread them over several streams`;
  return { type: 'Forbidden', field: 'spec.tags', detail };
}

/**
 * The stream would be too large to keep: tags are added while spec and status together are past `mostBytes` of JSON, older history
 * not counted, as that gives way; or the spec alone is and grows. What is there already can always be changed and removed.
 */
export function sizeProblem(
  spec: ImageStreamSpec,
  old: ImageStream | undefined,
  adds: boolean,
  mostBytes: number,
): FieldProblem | undefined {
  const specBytes = jsonBytes(spec);
  const fix = 'remove tags that nobody uses, or put new ones in another stream';
  const field = 'spec.tags';
  if (adds) {
    const currentBytes = jsonBytes(old && withoutHistory(readableStream(old).status));
    if (specBytes + currentBytes <= mostBytes) return undefined;
    const sizes = `the spec takes ${specBytes} bytes and what its tags point to ${currentBytes}, and ${mostBytes} are allowed for both`;
    return { type: 'Forbidden', field, detail: `${sizes}: ${fix}` };
  }
  if (specBytes <= mostBytes || specBytes <= jsonBytes(old?.spec)) return undefined;
  const detail = `the spec takes ${specBytes} bytes, and ${mostBytes} are allowed: ${fix}`;
  return { type: 'Forbidden', field, detail };
}

function withoutHistory(status: ImageStreamStatus | null | undefined): ImageStreamStatus | undefined {
  if (!status?.tags) return status ?? undefined;
  const tags = status.tags.map((list) => (list.items ? { ...list, items: list.items.slice(0, 1) } : list));
  return { ...status, tags };
}

const encoder = new TextEncoder();

/** Bytes of a value as the API server stores it: JSON in UTF-8; none for what is absent. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value ?? undefined);
  return text === undefined ? 0 : encoder.encode(text).length;
}
