import { type ApiClient, type Clock, isApiError, resourcePath, sleep } from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import { storedStreams } from './stored-streams.ts';
import type { StreamName } from './stream-name.ts';

/** Writers that hold the same resource version are few; more conflicts in a row than this are somebody's loop. */
const mostConflicts = 10;

/** Under this name the API server keeps what the controller wrote apart from what users apply. */
const fieldManager = 'imagestreams-controller';

/** What to write, decided on the newest state; `stream` is the one handed in when there is nothing to write. */
export interface Decision {
  readonly stream: ImageStream;
}

export interface WriterOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: () => number;
}

export type Written<D> =
  | { readonly kind: 'Written'; readonly decision: D; readonly stored: ImageStream }
  | { readonly kind: 'Unchanged'; readonly decision: D; readonly stored: ImageStream }
  | { readonly kind: 'Gone' };

/**
 * Reads a stream, has it decided what it becomes, and writes that for just this resource version: whoever wrote in between,
 * a user or a former leader, wins, and the decision is made again.
 * @throws ApiError for everything but a conflict; `Conflict` when there is no end of conflicts
 */
export async function writeStream<D extends Decision>(
  { client, clock, random }: WriterOptions,
  { namespace, name }: StreamName,
  decide: (live: ImageStream) => Promise<D>,
  signal: AbortSignal,
): Promise<Written<D>> {
  const path = resourcePath({ ...storedStreams, namespace, name });
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      const live = (await client.get(path, { signal })) as ImageStream;
      const decision = await decide(live);
      if (decision.stream === live) return { kind: 'Unchanged', decision, stored: live };
      signal.throwIfAborted();
      const stored = await client.replace(path, decision.stream, { query: { fieldManager }, signal });
      return { kind: 'Written', decision, stored: stored as ImageStream };
    } catch (error) {
      if (isApiError(error, 'NotFound')) return { kind: 'Gone' };
      if (!isApiError(error, 'Conflict') || conflicts >= mostConflicts) throw error;
    }
    await sleep(clock, 5 * 2 ** conflicts * random(), signal);
  }
}
