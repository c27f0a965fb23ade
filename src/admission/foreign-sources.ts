import type { CrossNamespaceSource, FieldProblem } from '../imagestream/index.ts';
import { mayNotPull, notAsked, tooManySources } from './foreign-source-sentences.ts';
import type { UserInfo } from './request.ts';
import type { PullAnswer, Surroundings } from './surroundings.ts';

/** Streams of other namespaces that one request is asked about; no stream gets as many new sources at once. */
export const mostSources = 32;

/** What is wrong with the sources that a user takes from other namespaces. */
export interface SourceProblems {
  /** The user may not. */
  readonly forbidden: readonly FieldProblem[];
  /** Nobody could be asked: then nothing is allowed either, but trying again may help. */
  readonly unanswered: readonly FieldProblem[];
}

const none: SourceProblems = { forbidden: [], unanswered: [] };

/** Asks once for each stream whether the user may pull from it, all at the same time (image-streams.md §4.7). */
export async function sourceProblems(
  sources: readonly CrossNamespaceSource[],
  user: UserInfo,
  ask: Surroundings['userMayPull'],
): Promise<SourceProblems> {
  if (ask === undefined || sources.length === 0) return none;
  const streams = new Map(sources.map((source) => [keyOf(source), source] as const));
  if (streams.size > mostSources) return { ...none, forbidden: [tooManySources(streams.size, mostSources)] };
  const answers = new Map<string, PullAnswer | undefined>();
  await Promise.all(
    Array.from(streams, async ([key, { namespace, stream }]) => {
      try {
        answers.set(key, await ask({ user, namespace, stream }));
      } catch {
        answers.set(key, undefined);
      }
    }),
  );
  const forbidden: FieldProblem[] = [];
  const unanswered: FieldProblem[] = [];
  for (const source of sources) {
    const answer = answers.get(keyOf(source));
    if (answer === undefined) unanswered.push(notAsked(source, user));
    else if (!answer.allowed) forbidden.push(mayNotPull(source, user, answer.reason));
  }
  return { forbidden, unanswered };
}

function keyOf({ namespace, stream }: CrossNamespaceSource): string {
  return `${namespace}/${stream}`;
}
