import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, Reflector, resourcePath } from '../../src/cluster/index.ts';
import { type ImageStream, imageStreamGroup } from '../../src/imagestream/index.ts';
import { createLogger } from '../../src/telemetry/index.ts';
import type { cronJob, emptyDeployment } from '../idle-workloads.ts';
import { requestsOf } from './control-plane.ts';
import { type Kind, workloadsPath } from './fill.ts';
import { atRest, busyOf, difference, type Move } from './measurement.ts';
import type { RunningPod } from './pod.ts';
import { image, namespace, streamName, tagFollowedBy, tagLabel } from './workloads.ts';

export interface MovingStage {
  readonly admin: ApiClient;
  /** Of the account that may write `v1stored`. */
  readonly writer: ApiClient;
  readonly pod: RunningPod;
  /** Processes whose time is measured, by name. */
  readonly processes: ReadonlyMap<string, number>;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** What is watched of a workload. */
interface Watched {
  readonly generation: number;
  readonly image: string;
}

/** Moves the tag that so many of the workloads follow again and again; the first time, not counted, warms up. */
export async function measureMoves(
  stage: MovingStage,
  kind: Kind,
  followers: number,
  workloads: number,
): Promise<readonly Move[]> {
  const moves: Move[] = [];
  const watch = new Reflector<Watched>({
    client: stage.admin,
    path: workloadsPath(kind),
    query: { labelSelector: `${tagLabel}=${tagFollowedBy(followers)}` },
    project: ({ body }) => watchedIn(kind, body),
    logger: await createLogger({ level: 'error' }),
  });
  watch.start();
  await watch.whenSynced();
  if (watch.size !== followers) throw new Error(`${watch.size} workloads follow instead of ${followers}`);
  for (let round = 0; round <= stage.rounds; round += 1) {
    const move = { followers, workloads, ...(await measureMove(stage, watch, tagFollowedBy(followers))) };
    stage.say(`${followers} of ${workloads}: ${move.ms.toFixed(0)} ms${round === 0 ? ' (warming up)' : ''}`);
    if (round > 0) moves.push(move);
  }
  await watch.stop();
  return moves;
}

let images = 0;

async function measureMove(
  { admin, writer, pod, processes }: MovingStage,
  watch: Reflector<Watched>,
  tag: string,
): Promise<Omit<Move, 'followers' | 'workloads'>> {
  images += 1;
  const target = image(tag, images);
  const path = `${streamsPath()}/${streamName}`;
  const stored = (await writer.get(path)) as ImageStream;
  const generations = new Map([...watch].map(([key, { generation }]) => [key, generation]));
  const waiting = new Set(generations.keys());
  let changes = 0;
  const arrived = Promise.withResolvers<number>();
  const unsubscribe = watch.onChange((change) => {
    if (change.type !== 'set' || change.value.image === change.previous?.image) return;
    changes += 1;
    if (change.value.image === target) waiting.delete(change.key);
    if (waiting.size === 0) arrived.resolve(performance.now());
  });
  const [requests, busy] = [await requestsOf(admin), busyOf(processes)];
  const startedAt = performance.now();
  await writer.replace(path, moved(stored, tag, target));
  const ms = (await arrived.promise) - startedAt;
  const cpuMs = difference(busyOf(processes), busy);
  const settled = await settledRequests(admin, pod);
  unsubscribe();
  for (const [key, { generation }] of watch) {
    if (generation !== (generations.get(key) ?? 0) + 1) throw new Error(`${key} has changed more than once`);
  }
  return { ms, changes, cpuMs, requests: difference(settled, requests) };
}

/** When nothing more is written. */
async function settledRequests(admin: ApiClient, pod: RunningPod): Promise<ReadonlyMap<string, number>> {
  await atRest(pod, 0);
  for (let before = await requestsOf(admin); ; ) {
    await sleep(1_500);
    const after = await requestsOf(admin);
    if (after.get('Events') === before.get('Events')) return after;
    before = after;
  }
}

function moved(stream: ImageStream, tag: string, pullSpec: string): ImageStream {
  const tags = (stream.status?.tags ?? []).map((list) => {
    const [head] = list.items ?? [];
    if (list.tag !== tag || head === undefined) return list;
    const entry = { ...head, dockerImageReference: pullSpec, image: pullSpec.split('@')[1] ?? '' };
    return { ...list, items: [entry, head] };
  });
  return { ...stream, status: { ...stream.status, tags } };
}

function watchedIn(kind: Kind, body: unknown): Watched {
  const object = body as ReturnType<typeof cronJob> & ReturnType<typeof emptyDeployment>;
  const { spec } = kind === 'CronJob' ? object.spec.jobTemplate.spec.template : object.spec.template;
  const { generation = 0 } = object.metadata as { readonly generation?: number };
  return { generation, image: spec.containers.find(({ name }) => name === 'web')?.image ?? '' };
}

/** Of the namespace's stored streams. */
export function streamsPath(): string {
  return resourcePath({ group: imageStreamGroup, version: 'v1stored', resource: 'imagestreams', namespace });
}
