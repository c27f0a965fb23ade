import type { ApiClient } from '../cluster/index.ts';
import {
  ApiError,
  type ApiErrorCode,
  backoffDelay,
  type Clock,
  type EventRecorder,
  type KubernetesObject,
  Reflector,
  sleep,
} from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { ClusterGround } from './cluster-ground.ts';
import type { CertificateMetrics } from './metrics.ts';
import { registrationPath, secretPath } from './paths.ts';
import { Rotation } from './rotation.ts';
import { ServerTime } from './server-time.ts';
import type { RotationSettings } from './settings.ts';
import { eventOf, stuckEvent } from './telling.ts';

export interface CertificateControllerOptions {
  readonly client: ApiClient;
  readonly settings: RotationSettings;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: CertificateMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Looked at so often even when no watch tells of anything. */
const lookAgainMs = 60_000;

/** Steps that follow one another at once; more than any course of things takes. */
const mostSteps = 24;

const backoff = { baseMs: 200, capMs: 15_000 };

/**
 * Keeps the webhook's certificates in order while this process leads: looks when one of the objects changes, when something ages, and
 * once a minute. It writes Secrets, webhook configurations and Events only, none of which any webhook of this project is asked about.
 */
export class CertificateController {
  readonly #options: CertificateControllerOptions;
  readonly #rotation: Rotation;
  readonly #watches: readonly Reflector<string>[];
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;
  #stuck: string | undefined;

  constructor(options: CertificateControllerOptions) {
    const { client, settings, logger, clock } = options;
    this.#options = options;
    const time = new ServerTime({ client, logger, now: Date.now });
    this.#rotation = new Rotation(new ClusterGround(client, settings, time), settings, clock);
    this.#watches = watchesOf(options);
  }

  start(): void {
    for (const watch of this.#watches) {
      watch.onChange(() => this.#wake.abort());
      watch.start();
    }
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await Promise.all([this.#running, ...this.#watches.map((watch) => watch.stop())]);
    this.#options.metrics.forget();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const waitMs = await this.#look();
      if (this.#stop.signal.aborted) return;
      // a failure is not tried again sooner because its own write is heard of
      const signal = this.#failures > 0 ? this.#stop.signal : this.#wake.signal;
      await sleep(this.#options.clock, waitMs, signal);
    }
  }

  /** Takes steps until there is nothing more to do; gives the time to wait, in milliseconds. */
  async #look(): Promise<number> {
    for (let count = 0; count < mostSteps; count += 1) {
      if (this.#stop.signal.aborted) return 0;
      try {
        const restMs = await this.#step();
        if (restMs !== undefined) return restMs;
      } catch (error) {
        const waitMs = this.#failed(error);
        if (waitMs > 0) return waitMs;
      }
    }
    return backoff.capMs;
  }

  async #step(): Promise<number | undefined> {
    const { settings, events, metrics, logger } = this.#options;
    const { step, observation, now } = await this.#rotation.step();
    metrics.saw(observation);
    const event = eventOf(step, observation, settings);
    if (event !== undefined) {
      const { regarding, type, reason, note } = event;
      const { kind, namespace, name } = regarding;
      logger[type === 'Normal' ? 'info' : 'warn']({ reason, object: { kind, namespace, name } }, note);
      events.record(event);
      metrics.took(reason);
    }
    if (step.kind !== 'Rest') return undefined;
    this.#failures = 0;
    this.#stuck = undefined;
    if (step.why === 'nothing-provided')
      this.#tellStuck('the Secret of the serving certificate has no ca.crt');
    return Math.min(Math.max(step.at - now, backoff.baseMs), lookAgainMs);
  }

  /** @returns how long to wait before looking again, in milliseconds */
  #failed(caught: unknown): number {
    const error = caught instanceof ApiError ? caught : undefined;
    if (error !== undefined && isRace(error.code)) return 0;
    if (this.#stop.signal.aborted) return 1;
    this.#failures += 1;
    this.#options.metrics.failed();
    const message = caught instanceof Error ? caught.message : String(caught);
    this.#tellStuck(message);
    return Math.max(backoffDelay(this.#failures, Math.random(), backoff), error?.retryAfterMs ?? 0);
  }

  /** Once for each message, until something else happens. */
  #tellStuck(message: string): void {
    if (message === this.#stuck) return;
    this.#stuck = message;
    const event = stuckEvent(message, this.#options.settings);
    this.#options.logger.error(event.note);
    this.#options.events.record(event);
  }
}

/** Somebody else wrote between reading and writing: what they wrote is to be looked at. */
function isRace(code: ApiErrorCode): boolean {
  return code === 'Conflict' || code === 'AlreadyExists' || code === 'NotFound';
}

/** They only wake: what is decided by is read anew each time. */
function watchesOf({ client, settings, logger }: CertificateControllerOptions): readonly Reflector<string>[] {
  const { serving, authority, configuration } = settings;
  const watched = (path: string, name: string) =>
    new Reflector<string>({
      client,
      path,
      query: { fieldSelector: `metadata.name=${name}` },
      project: ({ resourceVersion }: KubernetesObject) => resourceVersion,
      logger,
    });
  const secrets = authority === undefined ? [serving] : [serving, authority];
  return [
    ...secrets.map(({ namespace, name }) => watched(secretPath({ namespace }), name)),
    watched(registrationPath('MutatingWebhookConfiguration'), configuration),
    watched(registrationPath('ValidatingWebhookConfiguration'), configuration),
  ];
}
