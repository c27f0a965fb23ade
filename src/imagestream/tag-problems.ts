import { parseReference } from '../reference/index.ts';
import { type FieldProblem, namedTag, tagPath } from './field-problem.ts';
import { isNamespaceName, isTagName } from './names.ts';
import { pullSpecDetail } from './pull-spec-detail.ts';
import type { RegistryRefusal } from './registry-refusal.ts';
import { sourceKindDetail } from './source-kind.ts';
import { streamSourceDetail } from './stream-source.ts';
import { tagAnnotationProblems } from './tag-annotations.ts';
import type { ObjectReference, TagReference } from './types.ts';

/** What the tags of a stream are checked against. */
export interface TagRules {
  readonly namespace: string;
  readonly refusal: RegistryRefusal;
  readonly minimumIntervalMs: number;
}

/** Characters of the fields of `from` that nothing reads. */
const longestUnused = 253;

/** What is wrong with one tag of the spec (image-streams.md §2.1). */
export function tagProblems(tag: TagReference, rules: TagRules): readonly FieldProblem[] {
  const path = tagPath('spec', tag.name);
  const problems: FieldProblem[] = [];
  if (!isTagName(tag.name)) {
    const detail =
      'must be 1 to 128 letters, digits, "_", "." or "-" and not begin with "." or "-": no registry could have such a tag';
    problems.push({ type: 'Invalid', field: `${path}.name`, value: tag.name, detail });
  }
  if (tag.from) problems.push(...sourceProblems(tag, tag.from, `${path}.from`, rules));
  problems.push(...policyProblems(tag, path), ...tagAnnotationProblems(tag, path, rules.minimumIntervalMs));
  return problems.map((problem) => namedTag(problem, tag.name));
}

function sourceProblems(
  tag: TagReference,
  from: ObjectReference,
  path: string,
  rules: TagRules,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!from.name) problems.push({ type: 'Required', field: `${path}.name`, detail: '' });
  switch (from.kind) {
    case 'DockerImage':
      problems.push(...imageProblems(tag, from, path, rules));
      break;
    case 'ImageStreamTag':
    case 'ImageStreamImage':
      problems.push(...streamProblems(tag, from, path));
      break;
    default:
      problems.push({ type: 'Required', field: `${path}.kind`, detail: sourceKindDetail(from.kind ?? '') });
  }
  problems.push(...unusedProblems(from, path));
  return problems;
}

function imageProblems(
  tag: TagReference,
  from: ObjectReference,
  path: string,
  { namespace, refusal }: TagRules,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (from.name) {
    const field = `${path}.name`;
    const parsed = parseReference(from.name);
    const refused = parsed.ok ? refusal(parsed.reference, tag.importPolicy?.insecure === true) : undefined;
    if (!parsed.ok) {
      const detail = pullSpecDetail(from.name, parsed.message);
      problems.push({ type: 'Invalid', field, value: from.name, detail });
    }
    if (refused !== undefined) problems.push({ type: 'Forbidden', field, detail: refused });
  }
  if (from.namespace && from.namespace !== namespace) {
    const detail = 'an image of a registry has no namespace: remove it';
    problems.push({ type: 'Invalid', field: `${path}.namespace`, value: from.namespace, detail });
  }
  return problems;
}

function streamProblems(tag: TagReference, from: ObjectReference, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const detail = from.name ? streamSourceDetail(from.kind ?? '', from.name) : undefined;
  if (detail !== undefined)
    problems.push({ type: 'Invalid', field: `${path}.name`, value: from.name, detail });
  if (from.namespace && !isNamespaceName(from.namespace)) {
    const allowed = 'must be the name of a namespace: 1 to 63 lower case letters, digits or "-"';
    problems.push({ type: 'Invalid', field: `${path}.namespace`, value: from.namespace, detail: allowed });
  }
  if (tag.importPolicy?.scheduled === true) {
    problems.push({
      type: 'Invalid',
      field: `${tagPath('spec', tag.name)}.importPolicy.scheduled`,
      value: true,
      detail: 'only tags pointing to Docker repositories may be scheduled for background import',
    });
  }
  return problems;
}

function unusedProblems(from: ObjectReference, path: string): readonly FieldProblem[] {
  return Object.entries({ ...from })
    .filter(
      ([key, value]) => !['kind', 'name', 'namespace'].includes(key) && `${value}`.length > longestUnused,
    )
    .map(([key, value]) => {
      const detail = `must be no more than ${longestUnused} characters`;
      return { type: 'Invalid', field: `${path}.${key}`, value, detail };
    });
}

function policyProblems(tag: TagReference, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const type: string = tag.referencePolicy?.type || 'Source';
  if (type !== 'Source' && type !== 'Local') {
    const detail = 'valid values are "Source", "Local"';
    problems.push({ type: 'Invalid', field: `${path}.referencePolicy.type`, value: type, detail });
  }
  const mode: string = tag.importPolicy?.importMode ?? '';
  if (mode !== '' && mode !== 'Legacy' && mode !== 'PreserveOriginal') {
    const detail = "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'";
    problems.push({ type: 'Invalid', field: `${path}.importPolicy.importMode`, value: mode, detail });
  }
  return problems;
}
