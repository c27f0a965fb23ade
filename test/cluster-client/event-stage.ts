import { pino } from 'pino';
import {
  ApiClient,
  type EventOutcome,
  EventRecorder,
  type EventRecorderOptions,
  type ObjectEvent,
  type ObjectReference,
} from '../../src/cluster/index.ts';
import { eventually } from './eventually.ts';
import { plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';
import { ObjectServer } from './object-server.ts';
import type { StoredObject } from './object-store.ts';

export const start = 1_750_000_000_123.5;

export const stream: ObjectReference = {
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  namespace: 'ns',
  name: 'keycloak',
  uid: 'u-1',
};

export const failed: ObjectEvent = {
  regarding: stream,
  type: 'Warning',
  reason: 'ImportFailed',
  action: 'Import',
  note: 'Tag 20 could not be imported.',
};

/** A recorder, a server, and a clock that stands still. */
export class EventStage {
  readonly server = new ObjectServer();
  readonly clock = new ManualClock(start);
  readonly requestClock = new ManualClock();
  /** Lines of the log from `info` on. */
  readonly log: { readonly code?: string; readonly msg: string }[] = [];
  readonly outcomes: EventOutcome[] = [];
  #client: ApiClient | undefined;
  #recorder: EventRecorder | undefined;

  async start(options: Partial<EventRecorderOptions> = {}): Promise<void> {
    await this.server.http.start();
    const connection = plainConnection(this.server.http);
    this.#client = new ApiClient({ connection, userAgent: 'test/1', clock: this.requestClock });
    this.#recorder = new EventRecorder({
      client: this.#client,
      reportingController: 'imagestreams.io/controller',
      reportingInstance: 'controller-0',
      clock: this.clock,
      random: () => 0.999_999,
      logger: pino({ level: 'info' }, { write: (line: string) => this.log.push(JSON.parse(line)) }),
      onOutcome: (outcome) => this.outcomes.push(outcome),
      ...options,
    });
  }

  async stop(): Promise<void> {
    this.server.outage = (response) => response.socket?.destroy();
    const closed = this.recorder.close();
    this.clock.advance(60_000);
    await closed;
    this.#client?.close();
    await this.server.http.stop();
  }

  get recorder(): EventRecorder {
    return this.#recorder as EventRecorder;
  }

  record(...events: readonly ObjectEvent[]): void {
    for (const event of events) this.recorder.record(event);
  }

  /** The Events that the server holds, in the order in which they were made. */
  events(namespace = 'ns'): readonly StoredObject[] {
    return this.server.store.under(`/apis/events.k8s.io/v1/namespaces/${namespace}/events/`);
  }

  /** Verbs of the requests so far. */
  get verbs(): string {
    return this.server.http.requests.map(({ method }) => method).join(' ');
  }

  /** Until something has become of so many writes. */
  async settled(outcomes: number): Promise<void> {
    await eventually(() => this.outcomes.length >= outcomes && this.requestClock.pending.length === 0);
  }
}
