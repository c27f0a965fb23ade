import {
  insecureRepositoryAnnotation,
  intervalAnnotation,
  repositoryCheckAnnotation,
} from './annotations.ts';
import { type Candidate, candidatesOf, maturity } from './candidates.ts';
import { parseDuration } from './duration.ts';
import type {
  ImportCause,
  ImportSettings,
  ImportsDue,
  RepositoryImport,
  TagImport,
} from './import-request.ts';
import { retrySlots } from './retry-slots.ts';
import { scheduleSlots } from './schedule-slots.ts';
import type { Slots } from './slots.ts';
import { tagImport } from './tag-import.ts';
import { nameOf, type TagSource, tagSource } from './tag-source.ts';
import { askedGeneration, failureOf, headOf, isUnanswered, observedGeneration } from './tag-status.ts';
import { millisecondsOf } from './timestamp.ts';
import type { ImageStream, NamedTagEventList, TagReference } from './types.ts';

/** Whatever a tag or a setting says, a tag is not imported more often than this. */
const shortestInterval = 1000;

type ImageSource = Extract<TagSource, { readonly kind: 'Image' }>;

/** A tag that comes from a registry, and what is known of it. */
interface ImportedTag {
  readonly tag: TagReference;
  readonly source: ImageSource;
  readonly history: NamedTagEventList | undefined;
  readonly candidate: Candidate | undefined;
  /** Tells tags apart, everywhere. */
  readonly key: string;
}

/**
 * What is to be imported now, decided from what is stored (image-streams.md §6.1, §6.2): tags with a generation that has no answer
 * yet, tags whose failure may have passed, scheduled tags at their slot, candidates that have become old enough.
 *
 * A retry or slot counts once its time has come and no attempt was made since. `attempted` tells when a tag was last tried,
 * `since` when the asking process began, in ms since the epoch: of tags it has not tried yet, only times after that count. Without
 * both, what is stored says when the last attempt was at the latest.
 */
export function importsDue(
  stream: ImageStream,
  now: number,
  settings: ImportSettings,
  attempted: (tag: string) => number | undefined = () => undefined,
  since?: number,
): ImportsDue {
  const due: TagImport[] = [];
  let nextAt = Number.POSITIVE_INFINITY;
  for (const imported of importedTags(stream)) {
    const { tag, history } = imported;
    const turn = needsImport(tag, history)
      ? requested
      : turnOf(imported, now, settings, { attempted: attempted(tag.name), since });
    if (turn.cause !== undefined) due.push(tagImport(tag, settings, turn.cause));
    nextAt = Math.min(nextAt, turn.nextAt);
  }
  return {
    due,
    repository: repositoryImport(stream, settings),
    nextAt: nextAt === Number.POSITIVE_INFINITY ? undefined : nextAt,
  };
}

/** Why a tag is to be imported now, if it is, and when it is its turn again by itself. */
interface Turn {
  readonly cause: ImportCause | undefined;
  readonly nextAt: number;
}

const requested: Turn = { cause: 'Requested', nextAt: Number.POSITIVE_INFINITY };

/** When the tag was last tried, and since when that would be known; ms since the epoch. */
interface LastAttempt {
  readonly attempted: number | undefined;
  readonly since: number | undefined;
}

function turnOf(imported: ImportedTag, now: number, settings: ImportSettings, last: LastAttempt): Turn {
  let cause: ImportCause | undefined;
  let nextAt = Number.POSITIVE_INFINITY;
  for (const turn of turnsOf(imported, now, settings, last)) {
    cause ??= turn.cause;
    nextAt = Math.min(nextAt, turn.nextAt);
  }
  return { cause, nextAt };
}

/** The whole repository that a stream asks for and that was not imported yet. */
export function repositoryImport(
  { metadata, spec }: ImageStream,
  { defaultMode }: Pick<ImportSettings, 'defaultMode'>,
): RepositoryImport | undefined {
  const repository = spec?.dockerImageRepository ?? '';
  if (repository === '' || metadata.annotations?.[repositoryCheckAnnotation]) return undefined;
  const insecure = metadata.annotations?.[insecureRepositoryAnnotation] === 'true';
  return { repository, insecure, mode: defaultMode };
}

/** Does the tag ask for something that neither an image nor a failure has answered? */
function needsImport(tag: TagReference, history: NamedTagEventList | undefined): boolean {
  const asked = askedGeneration(tag);
  return asked === 0 || asked > observedGeneration(history);
}

function* importedTags(stream: ImageStream): Iterable<ImportedTag> {
  const name = nameOf(stream);
  const histories = new Map((stream.status?.tags ?? []).map((list) => [list.tag, list]));
  const candidates = candidatesOf(stream.metadata.annotations);
  for (const tag of stream.spec?.tags ?? []) {
    const source = tagSource(tag, name);
    if (source.kind !== 'Image') continue;
    const history = histories.get(tag.name);
    const key = `${name.namespace}/${name.stream}:${tag.name}`;
    yield { tag, source, history, candidate: candidates.get(tag.name), key };
  }
}

/** Why, and when, the tag is to be imported without anybody asking. */
function* turnsOf(
  { tag, source, history, candidate, key }: ImportedTag,
  now: number,
  settings: ImportSettings,
  { attempted, since }: LastAttempt,
): Iterable<Turn> {
  const last = attempted ?? since ?? lastKnown(history);
  const failure = failureOf(history);
  const failingSince = millisecondsOf(failure?.lastTransitionTime);
  if (failure !== undefined && failingSince !== undefined) {
    const slots = retrySlots(failure.reason ?? '', failingSince, key, now);
    if (slots !== undefined) yield turn('Retry', slots, last);
  }
  if (!settings.scheduledImports) return;
  if (isScheduled(tag, source, history)) {
    yield turn('Scheduled', scheduleSlots(source.reference, intervalOf(tag, settings), now), last);
  }
  if (candidate !== undefined) {
    const at = maturity(candidate, tag);
    const slots = at > now ? { latest: undefined, next: at } : { latest: at, next: Number.POSITIVE_INFINITY };
    // there is no later time that would make up for this one, so it counts although it was before the process began
    yield turn('Scheduled', slots, attempted ?? 0);
  }
}

function turn(cause: ImportCause, { latest, next }: Slots, last: number): Turn {
  return { cause: latest !== undefined && latest > last ? cause : undefined, nextAt: next };
}

/** A digest never changes what it points to, so it is scheduled only until it was imported (image-streams.md §6.2). */
function isScheduled(
  tag: TagReference,
  source: ImageSource,
  history: NamedTagEventList | undefined,
): boolean {
  if (tag.importPolicy?.scheduled !== true) return false;
  return source.reference.id === '' || isUnanswered(tag, history);
}

function intervalOf(
  { annotations }: TagReference,
  { intervalMs, minimumIntervalMs }: ImportSettings,
): number {
  const own = parseDuration(annotations?.[intervalAnnotation] ?? '');
  return Math.max(own ?? intervalMs, minimumIntervalMs, shortestInterval);
}

/** There was an attempt then at the latest. */
function lastKnown(history: NamedTagEventList | undefined): number {
  const moved = millisecondsOf(headOf(history)?.created);
  const failed = millisecondsOf(failureOf(history)?.lastTransitionTime);
  return Math.max(moved ?? 0, failed ?? 0);
}
