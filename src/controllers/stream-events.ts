import type { Settled } from '../imagestream/index.ts';

/** What an Event on a stream says. */
export interface StreamEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason:
    | 'TagMoved'
    | 'ImportFailed'
    | 'ImportRecovered'
    | 'ImageHeld'
    | 'TagsDeclared'
    | 'RepositoryImportFailed'
    | 'StatusRefused';
  readonly action: 'Importing';
  readonly note: string;
}

/** More Events than this for one write tell nobody anything. */
const mostOfAKind = 20;

/**
 * The news of a write, in sentences; the sentence of a failure is the one of the condition.
 * @param followers how many workloads follow a tag; undefined when that is not known
 */
export function streamEvents(
  settled: Settled,
  followers: (tag: string) => number | undefined,
): readonly StreamEvent[] {
  const { moved, failed, recovered, held, declared, repositoryFailure } = settled;
  return [
    ...moved.slice(0, mostOfAKind).map(({ tag, from, to, reference }) => {
      const before = from === '' ? '' : `, before that to ${from}`;
      const what = `tag "${tag}" points to ${reference === '' ? to : reference}${before}`;
      return normal('TagMoved', `${what}${followedBy(followers(tag))}`);
    }),
    ...failed
      .slice(0, mostOfAKind)
      .map(({ tag, reason, message }) => warning('ImportFailed', `tag "${tag}" (${reason}): ${message}`)),
    ...recovered
      .slice(0, mostOfAKind)
      .map((tag) => normal('ImportRecovered', `tag "${tag}" can be imported again`)),
    ...held
      .slice(0, mostOfAKind)
      .map(({ tag, image, seen, movesAt }) =>
        normal(
          'ImageHeld',
          `tag "${tag}" does not move to ${image} before ${new Date(movesAt).toISOString()}: it was first seen at ${seen}, and imagestreams.io/min-age asks to wait`,
        ),
      ),
    ...(declared.length === 0
      ? []
      : [
          normal(
            'TagsDeclared',
            `${declared.length} tags of the repository were added to the spec: ${shortened(declared)}`,
          ),
        ]),
    ...(repositoryFailure === undefined
      ? []
      : [
          warning(
            'RepositoryImportFailed',
            `the repository (${repositoryFailure.reason}): ${repositoryFailure.message}`,
          ),
        ]),
  ];
}

function followedBy(workloads: number | undefined): string {
  if (workloads === undefined || workloads === 0) return '';
  return workloads === 1 ? '; 1 workload follows' : `; ${workloads} workloads follow`;
}

function normal(reason: StreamEvent['reason'], note: string): StreamEvent {
  return { type: 'Normal', reason, action: 'Importing', note };
}

function warning(reason: StreamEvent['reason'], note: string): StreamEvent {
  return { type: 'Warning', reason, action: 'Importing', note };
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
