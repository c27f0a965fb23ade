import { closest, listing } from '../suggestion/index.ts';
import {
  followAnnotation,
  intervalAnnotation,
  minimumAgeAnnotation,
  ownAnnotationPrefix,
  preferredArchitectureAnnotation,
  preferredSystemAnnotation,
} from './annotations.ts';
import { durationText, parseDuration } from './duration.ts';
import { type FieldProblem, mostProblems, shownText } from './field-problem.ts';
import type { TagReference } from './types.ts';

/** Characters that keys and values of a tag's annotations may have together: what OpenShift's own streams say, many times over. */
export const mostAnnotationCharacters = 16_384;

const platformPattern = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** What is wrong with those annotations of a tag that mean something here; `path` is the tag's. */
export function tagAnnotationProblems(
  tag: TagReference,
  path: string,
  minimumIntervalMs: number,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  let characters = 0;
  for (const [name, given] of Object.entries<string | null>(tag.annotations ?? {})) {
    const value = given ?? '';
    characters += name.length + value.length;
    const detail = annotationDetail(name, value, tag, minimumIntervalMs);
    if (detail !== undefined && problems.length < mostProblems) {
      problems.push({ type: 'Invalid', field: `${path}.annotations[${shownText(name)}]`, value, detail });
    }
  }
  if (characters > mostAnnotationCharacters) {
    const detail = `they have ${characters} characters, and ${mostAnnotationCharacters} are allowed: shorten or remove some`;
    problems.push({ type: 'Forbidden', field: `${path}.annotations`, detail });
  }
  return problems;
}

function annotationDetail(
  name: string,
  value: string,
  tag: TagReference,
  minimumIntervalMs: number,
): string | undefined {
  switch (name) {
    case intervalAnnotation:
      return durationDetail(value, minimumIntervalMs);
    case minimumAgeAnnotation:
      return durationDetail(value, 0);
    case followAnnotation:
      return followDetail(value, tag);
    case preferredArchitectureAnnotation:
      return platformDetail(value, 'arm64');
    case preferredSystemAnnotation:
      return platformDetail(value, 'linux');
    default:
      return unknownDetail(name);
  }
}

const known = [followAnnotation, intervalAnnotation, minimumAgeAnnotation].toSorted();

/** These keys are the project's own: one that means nothing is a slip. */
function unknownDetail(name: string): string | undefined {
  if (!name.startsWith(ownAnnotationPrefix)) return undefined;
  // what all of them begin with would make everything look alike
  const meant = closest(
    name.slice(ownAnnotationPrefix.length),
    known.map((each) => each.slice(ownAnnotationPrefix.length)),
  );
  const suggestion = meant === undefined ? '' : `; did you mean "${ownAnnotationPrefix}${meant}"?`;
  return `a tag has no such annotation, only ${listing(known)}${suggestion}`;
}

function durationDetail(value: string, least: number): string | undefined {
  const duration = parseDuration(value);
  if (duration === undefined) return 'must be a duration such as "90s", "15m", "6h" or "1h30m"';
  return duration < least
    ? `must be at least "${durationText(least)}", the shortest allowed here`
    : undefined;
}

function followDetail(value: string, { from }: TagReference): string | undefined {
  if (value !== 'true' && value !== 'false') return 'must be "true" or "false"';
  if (value === 'false' || from?.kind === 'ImageStreamTag') return undefined;
  return 'only a tag from an ImageStreamTag can follow: remove the annotation, or point the tag to an ImageStreamTag';
}

function platformDetail(value: string, example: string): string | undefined {
  if (value === '' || platformPattern.test(value)) return undefined;
  return `must be 1 to 32 lower case letters, digits, "_" or "-", such as "${example}"`;
}
