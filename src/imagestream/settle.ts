import { tagsAnnotation, updatedAnnotation } from './annotations.ts';
import { StreamDraft } from './draft.ts';
import { boundedHistory } from './history-bounds.ts';
import { newsBetween } from './news.ts';
import { Aliases } from './settle-aliases.ts';
import { settleCandidates, settleImports } from './settle-imports.ts';
import { settleRepository } from './settle-repository.ts';
import { settleRemovedTags, settleSources } from './settle-sources.ts';
import type { Settled, SettleOptions } from './settled.ts';
import { summaryOf } from './summary.ts';
import { headOf } from './tag-status.ts';
import type { ImageStream } from './types.ts';

type Decided = Pick<Settled, 'stream' | 'declared' | 'repositoryFailure'>;

/**
 * What becomes of a stream, given what registries and other streams say: tags move, fail, recover; aliases follow. Pure, and settled
 * for good: with the same results there is nothing to do a second time, and results of what is not asked for any more
 * change nothing.
 */
export function settle(stream: ImageStream, options: SettleOptions): Settled {
  const decided = bounded(stream, options);
  return { ...decided, ...newsBetween(stream, decided.stream) };
}

/** History gives way first; when that is not enough, tags that would get their first entry do without. */
function bounded(stream: ImageStream, options: SettleOptions): Decided {
  const decided = decide(stream, options, new Set());
  if (decided.stream === stream) return decided;
  const first = boundedHistory(decided.stream, options);
  const begun = first.fits ? [] : begunHistories(stream, decided.stream);
  if (begun.length === 0) return { ...decided, stream: first.stream };
  const without = decide(stream, options, new Set(begun));
  if (without.stream === stream) return without;
  return { ...without, stream: boundedHistory(without.stream, options).stream };
}

function decide(stream: ImageStream, options: SettleOptions, noRoomFor: ReadonlySet<string>): Decided {
  const { time, mostBytes } = options;
  const message = `the stream would take more than the ${mostBytes} bytes that it may, even without older history; remove tags that nobody needs, or use a second stream`;
  const draft = new StreamDraft(stream, { time, noRoomFor, noRoom: { reason: 'HistoryTooLarge', message } });
  settleRemovedTags(draft);
  const repository = settleRepository(draft, stream, options);
  settleImports(draft, options);
  settleSources(draft, time);
  new Aliases(draft, options).settle();
  settleCandidates(draft);
  settleRepositories(draft, stream, options);
  settleSummary(draft);
  return { stream: draft.finish(), ...repository };
}

/** Where the stream's own repository is (image-streams.md §4.9). */
function settleRepositories(draft: StreamDraft, { spec }: ImageStream, options: SettleOptions): void {
  const { namespace, stream } = draft.name;
  const own = (registry: string) => (registry === '' ? '' : `${registry}/${namespace}/${stream}`);
  draft.locate({
    dockerImageRepository: own(options.integratedRegistry) || (spec?.dockerImageRepository ?? ''),
    publicDockerImageRepository: own(options.publicRegistry),
  });
}

/** The columns follow the status. Where they alone differ, somebody writes an old copy, and there is no quarrel about it. */
function settleSummary(draft: StreamDraft): void {
  for (const { tag, items, conditions } of [...draft.histories.values()]) {
    if (!items?.length && !conditions?.length) draft.forget(tag);
  }
  const { tags, updated } = summaryOf([...draft.histories.values()]);
  for (const [name, value] of [
    [tagsAnnotation, tags],
    [updatedAnnotation, updated],
  ] as const) {
    if (draft.statusChanged || draft.annotations.get(name) === undefined) draft.annotations.set(name, value);
  }
}

function begunHistories(before: ImageStream, after: ImageStream): readonly string[] {
  const had = new Set(
    (before.status?.tags ?? []).filter((list) => headOf(list) !== undefined).map(({ tag }) => tag),
  );
  return (after.status?.tags ?? []).filter(({ tag }) => !had.has(tag)).map(({ tag }) => tag);
}
