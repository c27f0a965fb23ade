import { parseReference } from '../reference/index.ts';
import { aliasCycles } from './alias-cycle.ts';
import type { AllowList } from './allow-list.ts';
import { annotationSizeProblem } from './annotation-size.ts';
import { changedTags } from './changed-tags.ts';
import { type FieldProblem, mostProblems, shownText, tagPath } from './field-problem.ts';
import { homeOf, streamNameProblems } from './names.ts';
import { pullSpecDetail } from './pull-spec-detail.ts';
import { type RegistryRefusal, registryRefusal } from './registry-refusal.ts';
import { readableSpec, shapeProblem } from './shape.ts';
import { sizeProblem, tagCountProblem } from './stream-size.ts';
import { tagProblems } from './tag-problems.ts';
import type { ImageStream, ImageStreamSpec, TagReference } from './types.ts';

/** A stream to be stored, and what it is held against. */
export interface StreamValidation {
  /** As {@link prepareImageStream} makes it. */
  readonly next: ImageStream;
  /** As it is stored; undefined for a request that creates it. */
  readonly old: ImageStream | undefined;
  readonly namespace: string;
  readonly allowList: AllowList;
  /** Of JSON, for spec and history together. */
  readonly mostBytes: number;
  /** The shortest `imagestreams.io/interval` that a tag may ask for. */
  readonly minimumIntervalMs: number;
}

/** Names of a ring that are spelled out. */
const mostNamed = 8;

/**
 * What is wrong with a stream that a user writes (image-streams.md §2.1), at most 32 problems; none when it may be stored.
 *
 * Only what the request changes is checked: a rule that came later never blocks other changes of a stream. A spec without the
 * types of the schema is told in the API server's own words. The status is not looked at: such a request does not write it.
 */
export function validateImageStream(input: StreamValidation): readonly FieldProblem[] {
  const { next, old, namespace, allowList } = input;
  const misshapen = shapeProblem(next.spec, 'spec');
  if (misshapen !== undefined) return [misshapen];
  const spec = next.spec ?? {};
  const before = readableSpec(old) ?? {};
  const refusal = registryRefusal(allowList, next, old);
  const heavy = annotationSizeProblem(next, old);
  const problems = [
    ...(old === undefined ? streamNameProblems(next, namespace) : []),
    ...(heavy === undefined ? [] : [heavy]),
    ...repositoryProblems(spec, before, refusal),
  ];
  const tooMany = tagCountProblem(spec.tags?.length ?? 0, before.tags?.length ?? 0);
  if (tooMany !== undefined) return [...problems, tooMany];
  problems.push(...tagsProblems(spec.tags ?? [], before.tags ?? [], input, refusal));
  return problems.slice(0, mostProblems);
}

function repositoryProblems(
  spec: ImageStreamSpec,
  before: ImageStreamSpec,
  refusal: RegistryRefusal,
): readonly FieldProblem[] {
  const repository = spec.dockerImageRepository ?? '';
  if (repository === '' || repository === before.dockerImageRepository) return [];
  const invalid = (detail: string): FieldProblem => ({
    type: 'Invalid',
    field: 'spec.dockerImageRepository',
    value: repository,
    detail,
  });
  const parsed = parseReference(repository);
  if (!parsed.ok) return [invalid(pullSpecDetail(repository, parsed.message))];
  const problems: FieldProblem[] = [];
  if (parsed.reference.tag !== '') problems.push(invalid('the repository name may not contain a tag'));
  if (parsed.reference.id !== '') problems.push(invalid('the repository name may not contain an ID'));
  const refused = problems.length === 0 ? refusal(parsed.reference, false) : undefined;
  if (refused !== undefined) {
    problems.push({ type: 'Forbidden', field: 'spec.dockerImageRepository', detail: refused });
  }
  return problems;
}

function tagsProblems(
  tags: readonly TagReference[],
  before: readonly TagReference[],
  input: StreamValidation,
  refusal: RegistryRefusal,
): readonly FieldProblem[] {
  const { next, old, namespace, mostBytes, minimumIntervalMs } = input;
  const changed = changedTags(tags, before);
  if (changed.length === 0) return [];
  const problems: FieldProblem[] = [];
  for (const tag of changed) {
    problems.push(...tagProblems(tag, { namespace, refusal, minimumIntervalMs }));
    if (problems.length >= mostProblems) return problems;
  }
  const names = new Set(changed.map((tag) => tag.name));
  for (const ring of aliasCycles(tags, homeOf(next, namespace))) {
    if (ring.some((each) => names.has(each))) problems.push(ringProblem(ring, tags));
  }
  const stored = new Set(before.map(({ name }) => name));
  const adds = changed.some(({ name }) => !stored.has(name));
  const tooLarge = sizeProblem(next.spec ?? {}, old, adds, mostBytes);
  return tooLarge === undefined ? problems : [...problems, tooLarge];
}

function ringProblem(ring: readonly string[], tags: readonly TagReference[]): FieldProblem {
  const [first = ''] = ring;
  const hidden = ring.length - 1 - mostNamed;
  const named = hidden > 0 ? [...ring.slice(0, mostNamed), `(${hidden} more)`, first] : ring;
  return {
    type: 'Invalid',
    field: `${tagPath('spec', first)}.from.name`,
    value: tags.find(({ name }) => name === first)?.from?.name,
    detail: `the tag would follow itself: ${named.map(shownText).join(' -> ')}; point one of them to an image`,
  };
}
