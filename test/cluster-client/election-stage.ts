import { pino } from 'pino';
import { ApiClient, LeaderElection, type LeaderElectionOptions } from '../../src/cluster/index.ts';
import { eventually } from './eventually.ts';
import { plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';
import { ObjectServer } from './object-server.ts';

export const leases = '/apis/coordination.k8s.io/v1/namespaces/ns/leases';
export const leasePath = `${leases}/controller`;

/** One process that would like to lead, on a clock of its own that stands still. */
export class Candidate {
  readonly clock: ManualClock;
  /** Of the requests' timeouts. */
  readonly requestClock = new ManualClock();
  readonly election: LeaderElection;
  /** Lines of the log from `info` on, as `level message`. */
  readonly log: string[] = [];
  readonly changes: boolean[] = [];
  readonly terms: AbortSignal[] = [];
  readonly #client: ApiClient;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(server: ObjectServer, identity: string, now: number, options: Partial<LeaderElectionOptions>) {
    this.clock = new ManualClock(now);
    const connection = plainConnection(server.http);
    this.#client = new ApiClient({ connection, userAgent: 'test/1', clock: this.requestClock });
    const write = (line: string) => {
      const { level, msg } = JSON.parse(line) as { level: number; msg: string };
      this.log.push(`${pino.levels.labels[level]} ${msg}`);
    };
    this.election = new LeaderElection({
      client: this.#client,
      namespace: 'ns',
      name: 'controller',
      identity,
      clock: this.clock,
      random: () => 0.5,
      logger: pino({ level: 'info' }, { write }),
      onChange: (leading) => this.changes.push(leading),
      ...options,
    });
  }

  /** Runs until `stop`; the work waits for its signal unless another is given. */
  run(work: (signal: AbortSignal) => Promise<void> = untilAborted): Promise<void> {
    const lead = (signal: AbortSignal) => {
      this.terms.push(signal);
      return work(signal);
    };
    this.#running = this.election.run(lead, this.#stop.signal);
    // Tests that expect a rejection look at the promise itself.
    this.#running.catch(() => {});
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running?.catch(() => {});
  }

  abort(): void {
    this.#stop.abort();
  }

  close(): void {
    this.#client.close();
  }

  /** Until it leads and waits to renew. */
  async leads(): Promise<void> {
    await eventually(() => this.election.leading && this.#idle(2));
  }

  /** Until it waits to ask again, without leading. */
  async waits(): Promise<void> {
    await eventually(() => !this.election.leading && this.#idle(1));
  }

  /** Lets the wait before the next attempt pass, and the attempt end. */
  async turn(): Promise<void> {
    const timers = this.clock.pending.length;
    this.clock.advance(this.clock.pending[0] ?? 0);
    await eventually(() => this.#idle(timers));
  }

  #idle(timers: number): boolean {
    return this.clock.pending.length === timers && this.requestClock.pending.length === 0;
  }
}

/** A server and those who would like to lead. */
export class ElectionStage {
  readonly server = new ObjectServer();
  readonly #candidates: Candidate[] = [];

  async start(): Promise<void> {
    await this.server.http.start();
  }

  async stop(): Promise<void> {
    this.server.outage = (response) => response.socket?.destroy();
    await Promise.all(this.#candidates.map((candidate) => candidate.stop()));
    for (const candidate of this.#candidates) candidate.close();
    await this.server.http.stop();
  }

  /** @param now of its clock */
  candidate(
    identity: string,
    now = 1_750_000_000_123.5,
    options: Partial<LeaderElectionOptions> = {},
  ): Candidate {
    const candidate = new Candidate(this.server, identity, now, options);
    this.#candidates.push(candidate);
    return candidate;
  }

  /** The Lease's spec. */
  get spec(): Readonly<Record<string, unknown>> {
    return (this.server.store.get(leasePath)?.['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  }

  get holder(): unknown {
    return this.spec['holderIdentity'];
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A Lease as somebody else left it. */
export const held = (by: string, more: object = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  spec: {
    holderIdentity: by,
    leaseDurationSeconds: 15,
    acquireTime: '2020-01-01T00:00:00.000000Z',
    renewTime: '2020-01-01T00:00:00.000000Z',
    leaseTransitions: 4,
    ...more,
  },
});
