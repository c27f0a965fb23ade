import { type Clock, metaTime } from '../cluster/index.ts';
import { type ImageStream, repointed, type Sources, settle, type TagTarget } from '../imagestream/index.ts';
import type { ForeignStreams } from './foreign-streams.ts';
import type { ControllerSettings } from './settings.ts';
import { type StreamName, streamName } from './stream-name.ts';

/** More streams than this are not gone through for one tag. */
const mostStreams = 1_000;

export interface MovedStreamsOptions {
  readonly streams: { get(key: string): ImageStream | undefined; followersOf(key: string): Iterable<string> };
  readonly foreign: Pick<ForeignStreams, 'sourcesOf'>;
  readonly settings: ControllerSettings;
  readonly clock: Clock;
}

/** A tag of a stream that is there, and where it is to point. */
export interface PretendedMove {
  readonly stream: StreamName;
  readonly tag: string;
  readonly target: TagTarget;
}

/**
 * What the controller would make of streams if a tag pointed elsewhere: the tag's own stream, and those whose tags follow it, through
 * any number of steps. Nothing is written.
 *
 * @param includes streams that it returns false for are taken for not being there
 * @throws ApiError when the API server cannot be asked
 */
export async function movedStreams(
  options: MovedStreamsOptions,
  { stream: first, tag, target }: PretendedMove,
  includes: (stream: StreamName) => Promise<boolean>,
): Promise<ReadonlyMap<string, ImageStream>> {
  const { streams, foreign, settings, clock } = options;
  const now = clock.now();
  const time = metaTime(now);
  const moved = new Map<string, ImageStream>();
  const settled = async (name: StreamName, stream: ImageStream) => {
    const sources = overlaid(await foreign.sourcesOf(name, stream), moved);
    return settle(stream, { now, time, results: [], sources, ...settings });
  };
  const start = streams.get(first.key);
  if (start === undefined) return moved;
  moved.set(first.key, (await settled(first, repointed(start, tag, target, time))).stream);
  const open = [first.key];
  let looks = 0;
  for (let key = open.shift(); key !== undefined; key = open.shift()) {
    for (const each of streams.followersOf(key)) {
      const name = streamName(each);
      const stream = moved.get(each) ?? streams.get(each);
      looks += 1;
      if (stream === undefined || each === key || looks > mostStreams || !(await includes(name))) continue;
      const after = await settled(name, stream);
      if (after.moved.length === 0) continue;
      moved.set(each, after.stream);
      open.push(each);
    }
  }
  return moved;
}

function overlaid(sources: Sources, moved: ReadonlyMap<string, ImageStream>): Sources {
  return {
    stream: (namespace, name) => moved.get(`${namespace}/${name}`) ?? sources.stream(namespace, name),
    mayPull: (namespace, name) => sources.mayPull(namespace, name),
  };
}
