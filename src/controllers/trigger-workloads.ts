import {
  type ApiClient,
  type JsonObject,
  type KubernetesObject,
  objectKey,
  Reflector,
  resourcePath,
} from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  sameTriggeredWorkload,
  type TriggeredWorkload,
  triggeredWorkload,
  triggersOf,
} from '../triggers/index.ts';
import { fieldManager } from './trigger-field-manager.ts';
import { type FollowedTag, TriggerIndex } from './trigger-index.ts';
import type { ServedKind } from './trigger-kinds.ts';

/** Names one workload of the cluster. */
export interface WorkloadName {
  readonly kind: ServedKind;
  readonly namespace: string;
  readonly name: string;
  /** `deployments.apps/namespace/name` */
  readonly key: string;
}

/** A workload has triggers now, has others, or has none any more (then without `workload`). */
export interface WorkloadChange {
  readonly name: WorkloadName;
  readonly workload: TriggeredWorkload | undefined;
}

export interface TrackedWorkloadsOptions {
  readonly client: ApiClient;
  readonly logger: Logger;
}

/** What is kept of a workload. */
interface Tracked {
  readonly workload: TriggeredWorkload;
  readonly follows: readonly FollowedTag[];
}

interface Watched {
  readonly kind: ServedKind;
  readonly reflector: Reflector<Tracked>;
}

/**
 * The cluster's workloads with triggers, as far as the controller needs them in memory. What it wrote itself counts at once, also
 * before the watch has brought it: otherwise a tag that moves again would find old images to be changed.
 */
export class TrackedWorkloads {
  readonly #options: TrackedWorkloadsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #written = new Map<string, TriggeredWorkload>();
  readonly #index = new TriggerIndex();
  readonly #listeners = new Set<(change: WorkloadChange) => void>();
  readonly #ending = new Set<Promise<void>>();
  #told = false;
  #stopped = false;

  constructor(options: TrackedWorkloadsOptions) {
    this.#options = options;
  }

  /** Watches these kinds from now on and no others; the workloads of one that is not served any more are gone. */
  serve(kinds: readonly ServedKind[]): void {
    if (this.#stopped) return;
    this.#told = true;
    const versions = new Map(kinds.map(({ id, version }) => [id, version]));
    for (const { kind, reflector } of this.#watched.values()) {
      if (versions.get(kind.id) !== kind.version) this.#leave(kind, reflector);
    }
    for (const kind of kinds) if (!this.#watched.has(kind.id)) this.#watch(kind);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const ending = [...this.#watched.values()].map(({ reflector }) => reflector.stop());
    await Promise.all([...ending, ...this.#ending]);
  }

  /** Resolves once all kinds that are served now have been listed; rejects with ApiError `Aborted` when stopped before. */
  async whenSynced(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ reflector }) => reflector.whenSynced()));
  }

  /** Have all kinds that are served been listed? Before, nobody knows how many follow a tag. */
  get synced(): boolean {
    return this.#told && [...this.#watched.values()].every(({ reflector }) => reflector.synced);
  }

  /** Which follow which tags, as the watches tell it. */
  get index(): Pick<TriggerIndex, 'followersOf' | 'countOf' | 'mostFollowed' | 'size'> {
    return this.#index;
  }

  /** How many there are of each kind. */
  *sizes(): IterableIterator<readonly [kind: string, size: number]> {
    for (const { kind, reflector } of this.#watched.values()) yield [kind.row.kind, reflector.size];
  }

  /** Undefined for one that is gone or has no triggers. */
  get({ kind, namespace, name, key }: WorkloadName): TriggeredWorkload | undefined {
    return (
      this.#written.get(key) ?? this.#watched.get(kind.id)?.reflector.get(`${namespace}/${name}`)?.workload
    );
  }

  /** Undefined for a kind that is not served. */
  named(key: string): WorkloadName | undefined {
    const [id = '', namespace = '', name = ''] = key.split('/');
    const kind = this.#watched.get(id)?.kind;
    return kind && { kind, namespace, name, key };
  }

  /** All of them as they are now. */
  *[Symbol.iterator](): IterableIterator<readonly [WorkloadName, TriggeredWorkload]> {
    for (const [id, { reflector }] of this.#watched) {
      for (const [path] of reflector) {
        const name = this.named(`${id}/${path}`);
        const workload = name && this.get(name);
        if (name !== undefined && workload !== undefined) yield [name, workload];
      }
    }
  }

  /** Calls `listener` after each change that concerns triggers; returns the function that ends the subscription. */
  onChange(listener: (change: WorkloadChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what the API server made of a write of this process. */
  wrote({ kind, namespace, name, key }: WorkloadName, object: JsonObject): TriggeredWorkload | undefined {
    const workload = triggeredWorkload(kind.row, object, fieldManager);
    const watched = this.#watched.get(kind.id)?.reflector.get(`${namespace}/${name}`)?.workload;
    if (workload !== undefined && watched !== undefined && isNewer(workload, watched)) {
      this.#written.set(key, workload);
    }
    return workload;
  }

  #watch(kind: ServedKind): void {
    const { client, logger } = this.#options;
    const reflector: Reflector<Tracked> = new Reflector<Tracked>({
      client,
      path: resourcePath({ ...kind.row, version: kind.version }),
      project: (object) => tracked(kind, object, reflector),
      logger,
    });
    reflector.onChange((change) => {
      const key = `${kind.id}/${change.key}`;
      this.#changed(key, change.type === 'set' ? change.value : undefined, change.previous);
    });
    this.#watched.set(kind.id, { kind, reflector });
    reflector.start();
  }

  #leave({ id }: ServedKind, reflector: Reflector<Tracked>): void {
    const stopping = reflector.stop().finally(() => this.#ending.delete(stopping));
    this.#ending.add(stopping);
    for (const [path, known] of reflector) this.#changed(`${id}/${path}`, undefined, known);
    this.#watched.delete(id);
  }

  #changed(key: string, now: Tracked | undefined, previous: Tracked | undefined): void {
    const workload = now?.workload;
    const written = this.#written.get(key);
    const isOvertaken = written !== undefined && (workload === undefined || !isNewer(written, workload));
    if (isOvertaken) this.#written.delete(key);
    // compared with what the watch brought before, as an answer holds what others wrote as well; and with what was written, as a watch
    // that missed it may bring back what was before
    const known = isOvertaken ? [previous?.workload, written] : [previous?.workload];
    if (known.every((each) => isSame(workload, each))) return;
    const name = this.named(key);
    if (name === undefined) return;
    this.#index.set(key, now?.follows ?? []);
    for (const listener of this.#listeners) listener({ name, workload });
  }
}

/**
 * Tags are read out of the annotation here, page by page: done when a whole list is taken over, it would hold up everything else.
 */
function tracked(
  { row }: ServedKind,
  { namespace, name, body }: KubernetesObject,
  reflector: Pick<Reflector<Tracked>, 'get'>,
): Tracked | undefined {
  const workload = triggeredWorkload(row, body, fieldManager);
  if (workload === undefined) return undefined;
  const known = reflector.get(objectKey(namespace, name));
  if (known !== undefined && sameTriggeredWorkload(known.workload, workload)) {
    return { workload, follows: known.follows };
  }
  const { triggers } = triggersOf(row, namespace ?? '', workload);
  return {
    workload,
    follows: triggers.map(({ namespace: of, stream, tag }) => ({ namespace: of, stream, tag })),
  };
}

function isSame(one: TriggeredWorkload | undefined, other: TriggeredWorkload | undefined): boolean {
  return one !== undefined && other !== undefined && sameTriggeredWorkload(one, other);
}

/** Resource versions grow, and may be compared within a resource (Kubernetes 1.35 and later promise it; etcd always did). */
function isNewer(one: TriggeredWorkload, other: TriggeredWorkload): boolean {
  return versionOf(one) > versionOf(other);
}

function versionOf({ resourceVersion }: TriggeredWorkload): bigint {
  return /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : 0n;
}
