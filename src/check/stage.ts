import { type ApiClient, type Clock, isApiError, metaTime, resourcePath, sleep } from '../cluster/index.ts';
import { imageStreamGroup } from '../imagestream/index.ts';
import type { CheckError } from './error.ts';
import {
  aliasOverdue,
  aliasProgress,
  importOverdue,
  importProgress,
  type Progress,
  requestFailure,
  rolloutOverdue,
  rolloutProgress,
} from './judge.ts';
import {
  brokenDeployment,
  type Cast,
  deployment,
  pod,
  pointing,
  pushed,
  stream,
  type Version,
} from './story.ts';

/** Where a story is played. */
export interface StageOptions {
  readonly client: ApiClient;
  readonly cast: Cast;
  /** Time for each thing that has to come about by itself. */
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const pollMs = 250;
/** A role that was made a moment ago is not yet known to every API server. */
const permittedMs = 10_000;
const dryRun = { query: { dryRun: 'All' } };
const streams = { group: imageStreamGroup, version: 'v1', resource: 'imagestreams' } as const;
const deployments = { group: 'apps', version: 'v1', resource: 'deployments' } as const;

/** Does in a cluster what happens in the story; each throws CheckError where it cannot. */
export class Stage {
  readonly #options: StageOptions;
  readonly #stream: string;
  readonly #deployment: string;

  constructor(options: StageOptions) {
    const { namespace, name } = options.cast;
    this.#options = options;
    this.#stream = resourcePath({ ...streams, namespace, name });
    this.#deployment = resourcePath({ ...deployments, namespace, name });
  }

  async pushStream(): Promise<void> {
    const { cast, clock } = this.#options;
    const collection = resourcePath({ ...streams, namespace: cast.namespace });
    await this.#do('an image stream was made', () =>
      this.#permitted(() => this.#create(collection, stream(cast))),
    );
    const created = metaTime(clock.now());
    await this.#do('images were pushed to it', () =>
      this.#patch(`${this.#stream}/status`, pushed(cast, created)),
    );
  }

  /** Lets the followed tag be an alias of a version, and waits until it has its image. */
  async point(version: Version): Promise<void> {
    const { cast } = this.#options;
    await this.#do(`its tag was pointed to "${version}"`, () => this.#patch(this.#stream, pointing(version)));
    await this.#until(
      this.#stream,
      (stored) => aliasProgress(stored, cast, version),
      (seconds) => aliasOverdue(cast, version, seconds),
    );
  }

  dryPod(): Promise<unknown> {
    const { cast } = this.#options;
    const collection = resourcePath({ version: 'v1', resource: 'pods', namespace: cast.namespace });
    return this.#do('a Pod named its tag', () => this.#create(collection, pod(cast), dryRun));
  }

  /** The refusal; undefined when there was none. */
  async dryBroken(): Promise<unknown> {
    const { cast } = this.#options;
    const collection = resourcePath({ ...deployments, namespace: cast.namespace });
    try {
      await this.#create(collection, brokenDeployment(cast), dryRun);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async deploy(version: Version): Promise<void> {
    const { cast } = this.#options;
    const collection = resourcePath({ ...deployments, namespace: cast.namespace });
    await this.#do('a Deployment was made', () => this.#create(collection, deployment(cast)));
    await this.rolledOut(version);
  }

  async rolledOut(version: Version): Promise<void> {
    const { cast } = this.#options;
    await this.#until(
      this.#deployment,
      (stored) => rolloutProgress(stored, cast, version),
      (seconds) => rolloutOverdue(cast, version, seconds),
    );
  }

  async imports(source: string): Promise<void> {
    await this.#do(`"${source}" was to be imported`, () => this.#patch(this.#stream, pointing('v2', source)));
    await this.#until(
      this.#stream,
      (stored) => importProgress(stored, source),
      (seconds) => importOverdue(source, seconds),
    );
  }

  /** Takes away what is there of it; what cannot be taken away hides no other failure. */
  async remove(): Promise<void> {
    const { client } = this.#options;
    for (const path of [this.#deployment, this.#stream]) {
      await client.delete(path, { propagationPolicy: 'Background' }).catch(() => undefined);
    }
  }

  #create(collection: string, object: object, more = {}): Promise<unknown> {
    return this.#options.client.create(collection, object, { ...more, signal: this.#options.signal });
  }

  #patch(path: string, patch: object): Promise<unknown> {
    const { client, signal } = this.#options;
    return client.patch(path, patch, { type: 'application/merge-patch+json', signal });
  }

  async #permitted<T>(request: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#options;
    const giveUpAt = clock.now() + permittedMs;
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (!isApiError(error, 'Forbidden') || clock.now() >= giveUpAt || signal.aborted) throw error;
        await sleep(clock, pollMs, signal);
      }
    }
  }

  async #until(
    path: string,
    progress: (stored: unknown) => Progress,
    overdue: (seconds: number) => CheckError,
  ) {
    const { client, clock, patienceMs, signal } = this.#options;
    const giveUpAt = clock.now() + patienceMs;
    const stored = () => this.#do('it was looked at again', () => client.get(path, { signal }));
    while (progress(await stored()) === 'waiting') {
      if (clock.now() >= giveUpAt) throw overdue(patienceMs / 1000);
      await sleep(clock, pollMs, signal);
    }
  }

  async #do<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw requestFailure(what, error);
    }
  }
}
