import { type ApiClient, type JsonObject, Reflector, resourcePath } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  sameTriggeredWorkload,
  type TriggeredWorkload,
  triggeredWorkload,
  triggersOf,
} from '../triggers/index.ts';
import { fieldManager } from './trigger-field-manager.ts';
import { TriggerIndex } from './trigger-index.ts';
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
  readonly kinds: readonly ServedKind[];
  readonly logger: Logger;
}

/**
 * The cluster's workloads with triggers, as far as the controller needs them in memory. What it wrote itself counts at once, also
 * before the watch has brought it: otherwise a tag that moves again would find old images to be changed.
 */
export class TrackedWorkloads {
  readonly #kinds: ReadonlyMap<string, ServedKind>;
  readonly #reflectors: ReadonlyMap<string, Reflector<TriggeredWorkload>>;
  readonly #written = new Map<string, TriggeredWorkload>();
  readonly #index = new TriggerIndex();
  readonly #listeners = new Set<(change: WorkloadChange) => void>();

  constructor({ client, kinds, logger }: TrackedWorkloadsOptions) {
    this.#kinds = new Map(kinds.map((kind) => [kind.id, kind]));
    this.#reflectors = new Map(
      kinds.map((kind) => {
        const reflector = new Reflector<TriggeredWorkload>({
          client,
          path: resourcePath({ ...kind.row, version: kind.version }),
          project: ({ body }) => triggeredWorkload(kind.row, body, fieldManager),
          logger,
        });
        reflector.onChange((change) => {
          const key = `${kind.id}/${change.key}`;
          this.#changed(key, change.type === 'set' ? change.value : undefined, change.previous);
        });
        return [kind.id, reflector];
      }),
    );
  }

  start(): void {
    for (const reflector of this.#reflectors.values()) reflector.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.stop()));
  }

  /** Resolves once all kinds have been listed; rejects with ApiError `Aborted` when stopped before. */
  async whenSynced(): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.whenSynced()));
  }

  /** Have all kinds been listed? Before, nobody knows how many follow a tag. */
  get synced(): boolean {
    return [...this.#reflectors.values()].every(({ synced }) => synced);
  }

  /** Which follow which tags, as the watches tell it. */
  get index(): Pick<TriggerIndex, 'followersOf' | 'countOf' | 'size'> {
    return this.#index;
  }

  /** How many there are of each kind. */
  *sizes(): IterableIterator<readonly [kind: string, size: number]> {
    for (const [id, { size }] of this.#reflectors) yield [this.#kinds.get(id)?.row.kind ?? id, size];
  }

  /** Undefined for one that is gone or has no triggers. */
  get({ kind, namespace, name, key }: WorkloadName): TriggeredWorkload | undefined {
    return this.#written.get(key) ?? this.#reflectors.get(kind.id)?.get(`${namespace}/${name}`);
  }

  /** Undefined for a kind that is not served. */
  named(key: string): WorkloadName | undefined {
    const [id = '', namespace = '', name = ''] = key.split('/');
    const kind = this.#kinds.get(id);
    return kind && { kind, namespace, name, key };
  }

  /** All of them as they are now. */
  *[Symbol.iterator](): IterableIterator<readonly [WorkloadName, TriggeredWorkload]> {
    for (const [id, reflector] of this.#reflectors) {
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
    const watched = this.#reflectors.get(kind.id)?.get(`${namespace}/${name}`);
    if (workload !== undefined && watched !== undefined && isNewer(workload, watched)) {
      this.#written.set(key, workload);
    }
    return workload;
  }

  #changed(
    key: string,
    workload: TriggeredWorkload | undefined,
    previous: TriggeredWorkload | undefined,
  ): void {
    const written = this.#written.get(key);
    if (written !== undefined && (workload === undefined || !isNewer(written, workload))) {
      this.#written.delete(key);
    }
    // compared with what the watch brought before, never with what was written: an answer holds what others wrote as well
    if (workload !== undefined && previous !== undefined && sameTriggeredWorkload(workload, previous)) return;
    const name = this.named(key);
    if (name === undefined) return;
    const { kind, namespace } = name;
    this.#index.set(key, workload === undefined ? [] : triggersOf(kind.row, namespace, workload).triggers);
    for (const listener of this.#listeners) listener({ name, workload });
  }
}

/** Resource versions grow, and may be compared within a resource (Kubernetes 1.35 and later promise it; etcd always did). */
function isNewer(one: TriggeredWorkload, other: TriggeredWorkload): boolean {
  return versionOf(one) > versionOf(other);
}

function versionOf({ resourceVersion }: TriggeredWorkload): bigint {
  return /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : 0n;
}
