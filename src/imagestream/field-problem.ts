/** What is wrong with one field of an ImageStream, as the API server tells such things. */
export interface FieldProblem {
  readonly type: 'Required' | 'Invalid' | 'Forbidden' | 'NotFound';
  /** As in `spec.tags[latest].from.name`. */
  readonly field: string;
  /** What was seen, for `Invalid` and `NotFound`. */
  readonly value?: unknown;
  /** Empty when the type says it all. */
  readonly detail: string;
}

/** Longer values are cut where they are shown, in UTF-16 units. */
const longestShown = 256;

/** More problems than this are not told at once. */
export const mostProblems = 32;

/** The problem in the API server's words: `spec.tags[a].from.name: Invalid value: "A": repository name must be lowercase`. */
export function fieldProblemText({ type, field, value, detail }: FieldProblem): string {
  const rest = detail === '' ? '' : `: ${detail}`;
  switch (type) {
    case 'Required':
      return `${field}: Required value${rest}`;
    case 'Forbidden':
      return `${field}: Forbidden${rest}`;
    case 'Invalid':
      return `${field}: Invalid value: ${shownValue(value)}${rest}`;
    case 'NotFound':
      return `${field}: Not found: ${shownValue(value)}${rest}`;
  }
}

/**
 * The message of a refused stream: `ImageStream.image.openshift.io "app" is invalid: …`, with the problems in brackets when
 * there are several.
 */
export function invalidStreamMessage(name: string, problems: readonly FieldProblem[]): string {
  const told = problems.slice(0, mostProblems).map(fieldProblemText);
  const more = problems.length >= mostProblems ? ', and perhaps more' : '';
  const text = told.length === 1 ? told[0] : `[${told.join(', ')}${more}]`;
  return `ImageStream.image.openshift.io ${shownValue(name)} is invalid: ${text}`;
}

/** The path of a tag of the spec or status: `spec.tags[latest]`. */
export function tagPath(part: 'spec' | 'status', tag: string): string {
  return `${part}.tags[${shownText(tag)}]`;
}

/** A problem whose path reads as if it counted tags says which one it is about. */
export function namedTag(problem: FieldProblem, tag: string): FieldProblem {
  if (!isIndexLike(tag)) return problem;
  const { detail } = problem;
  return { ...problem, detail: detail === '' ? `tag "${tag}"` : `${detail} (tag "${tag}")` };
}

/** Could the name in `spec.tags[1]` be taken for a place in the list? */
export function isIndexLike(tag: string): boolean {
  return /^\d{1,6}$/.test(tag);
}

/** Text as a message may hold it: bounded, and with control, formatting and broken characters written as escapes. */
export function shownText(text: string): string {
  const short = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  return short.replace(
    /[\p{C}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return `"${shownText(value)}"`;
  return shownText(JSON.stringify(value) ?? 'null');
}
