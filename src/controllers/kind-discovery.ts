import { type ApiClient, ApiError, type Clock, sleep } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { resourceName, type WorkloadKind, type WorkloadTable } from '../workloads/index.ts';
import { followingKinds, type ServedKind, servedKinds } from './trigger-kinds.ts';

/** Until the cluster says for the first time what it serves. */
const retryMs = 5_000;

/** How late a configured kind may be found after its CustomResourceDefinition came. One small request each time. */
const againMs = 15_000;

export interface KindDiscoveryOptions {
  readonly client: ApiClient;
  readonly workloads: WorkloadTable;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told which kinds are served: once all built-in ones are known, then whenever configured ones come or go. */
  readonly onServed: (kinds: readonly ServedKind[]) => void;
}

/**
 * Asks the cluster which kinds it serves. Built-in ones stay what they are, so they are asked for until there is an answer; configured
 * ones come and go with a CustomResourceDefinition or an aggregated API, so they are asked for again and again. Discovery is open to
 * every account and knows both, which a watch of definitions would not. Resolves when `signal` ends it or nothing can change any more.
 */
export async function discoverKinds(options: KindDiscoveryOptions, signal: AbortSignal): Promise<void> {
  const { workloads, clock, logger, onServed } = options;
  const kinds = followingKinds(workloads);
  const builtIn = await builtInKinds(
    options,
    kinds.filter(({ configured }) => configured === undefined),
    signal,
  );
  const configured = kinds.filter((row) => row.configured).map((row) => new ConfiguredKind(row, options));
  let told: string | undefined;
  while (!signal.aborted) {
    for (const each of configured) await each.ask(signal);
    const served = [...builtIn, ...configured.flatMap(({ served }) => served ?? [])];
    const all = served.map(({ id, version }) => `${id}/${version}`).join();
    if (all !== told && !signal.aborted) {
      told = all;
      logger.info({ kinds: served.map(({ id }) => id) }, 'workloads of these kinds may follow tags');
      onServed(served);
    }
    if (configured.length === 0) return;
    await sleep(clock, againMs, signal);
  }
}

async function builtInKinds(
  { client, clock, logger }: KindDiscoveryOptions,
  kinds: readonly WorkloadKind[],
  signal: AbortSignal,
): Promise<readonly ServedKind[]> {
  while (!signal.aborted) {
    try {
      return await servedKinds(client, kinds, signal);
    } catch (error) {
      if (signal.aborted) break;
      logger.warn({ err: error }, 'the cluster does not say which kinds of workloads it serves');
      await sleep(clock, retryMs, signal);
    }
  }
  return [];
}

/** What is known of one configured kind. Whatever stops the cluster from answering changes nothing of it. */
class ConfiguredKind {
  readonly #row: WorkloadKind;
  readonly #options: KindDiscoveryOptions;
  #served: ServedKind | undefined;
  #told: string | undefined;

  constructor(row: WorkloadKind, options: KindDiscoveryOptions) {
    this.#row = row;
    this.#options = options;
  }

  get served(): ServedKind | undefined {
    return this.#served;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    try {
      [this.#served] = await servedKinds(client, [this.#row], signal);
      this.#tell(this.#served === undefined ? this.#notServed() : undefined);
    } catch (error) {
      if (signal.aborted) return;
      this.#tell(error instanceof ApiError ? error.message : String(error));
    }
  }

  #notServed(): string {
    const { kind, versions } = this.#row;
    return `the cluster serves no such resource of kind ${kind} in namespaces (${versions.join(', ')}); it is looked for every ${againMs / 1000} s`;
  }

  /** Each reason once in a row. */
  #tell(reason: string | undefined): void {
    if (reason !== undefined && reason !== this.#told) {
      const kind = resourceName(this.#row);
      this.#options.logger.warn({ kind, reason }, 'workloads of a configured kind are not followed');
    }
    this.#told = reason;
  }
}
