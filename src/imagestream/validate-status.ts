import { parseReference } from '../reference/index.ts';
import type { AllowList } from './allow-list.ts';
import { type FieldProblem, mostProblems, tagPath } from './field-problem.ts';
import { highestGeneration } from './generations.ts';
import { isInsecure } from './registry-refusal.ts';
import { readableSpec, readableStatus, shapeProblem } from './shape.ts';
import type { ImageStream, ImageStreamStatus, TagEvent } from './types.ts';

/** A stream whose status is to be replaced. */
export interface StatusValidation {
  readonly next: ImageStream;
  readonly old: ImageStream;
  readonly allowList: AllowList;
}

/**
 * What is wrong with a status that is written through `v1/status`, at most 32 problems (image-streams.md §2.1, last paragraph).
 * Only references that the old status has nowhere, letter for letter, are parsed and held against the allow-list. The insecure
 * tags are the old spec's, which such a request does not change.
 */
export function validateImageStreamStatus(input: StatusValidation): readonly FieldProblem[] {
  const { next, old, allowList } = input;
  const misshapen = shapeProblem(next.status, 'status');
  if (misshapen !== undefined) return [misshapen];
  const known = references(readableStatus(old));
  const insecure = insecureTags(old);
  const problems: FieldProblem[] = [];
  for (const { tag, items } of next.status?.tags ?? []) {
    for (const [index, item] of (items ?? []).entries()) {
      const field = `${tagPath('status', tag)}.items[${index}]`;
      problems.push(...generationProblems(item, field));
      const reference = item.dockerImageReference ?? '';
      if (!known.has(reference)) {
        problems.push(...referenceProblems(reference, field, allowList, insecure(tag)));
      }
      if (problems.length >= mostProblems) return problems.slice(0, mostProblems);
    }
  }
  return problems;
}

function referenceProblems(
  reference: string,
  item: string,
  allowList: AllowList,
  insecure: boolean,
): readonly FieldProblem[] {
  const field = `${item}.dockerImageReference`;
  if (reference === '') return [{ type: 'Required', field, detail: '' }];
  const parsed = parseReference(reference);
  if (!parsed.ok) return [{ type: 'Invalid', field, value: reference, detail: parsed.message }];
  const detail = allowList.refusal(parsed.reference, insecure ? 'any' : 'secure');
  return detail === undefined ? [] : [{ type: 'Forbidden', field, detail }];
}

function generationProblems({ generation }: TagEvent, item: string): readonly FieldProblem[] {
  if (typeof generation !== 'number' || (generation >= 0 && generation <= highestGeneration)) return [];
  const detail = `must be from 0 to ${highestGeneration}`;
  return [{ type: 'Invalid', field: `${item}.generation`, value: generation, detail }];
}

function references(status: ImageStreamStatus | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { items } of status?.tags ?? []) {
    for (const { dockerImageReference } of items ?? []) found.add(dockerImageReference ?? '');
  }
  return found;
}

function insecureTags(stream: ImageStream): (tag: string) => boolean {
  if (isInsecure(stream)) return () => true;
  const tags = (readableSpec(stream)?.tags ?? []).filter(
    ({ importPolicy }) => importPolicy?.insecure === true,
  );
  const names = new Set(tags.map(({ name }) => name));
  return (tag) => names.has(tag);
}
