import { pino } from 'pino';
import { ApiClient, Reflector, type ReflectorOptions } from '../../src/cluster/index.ts';
import { ApiServer, widgets } from './api-server.ts';
import { eventually } from './eventually.ts';
import { plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';

/** A reflector of the specs of a server's widgets, on a clock that stands still. */
export class Stage {
  readonly server = new ApiServer();
  readonly clock = new ManualClock();
  #client: ApiClient | undefined;
  #reflector: Reflector<unknown> | undefined;

  async start(): Promise<void> {
    await this.server.http.start();
    const connection = plainConnection(this.server.http);
    this.#client = new ApiClient({ connection, userAgent: 'test/1', clock: this.clock });
  }

  async stop(): Promise<void> {
    await this.#reflector?.stop();
    this.#client?.close();
    await this.server.http.stop();
  }

  reflect(options: Partial<ReflectorOptions<unknown>> = {}): Reflector<unknown> {
    this.#reflector = new Reflector<unknown>({
      client: this.#client!,
      path: widgets,
      project: ({ body }) => body['spec'],
      logger: pino({ level: 'silent' }),
      clock: this.clock,
      random: () => 0.5,
      ...options,
    });
    this.#reflector.start();
    return this.#reflector;
  }

  get reflector(): Reflector<unknown> {
    return this.#reflector!;
  }

  get state(): Record<string, unknown> {
    return Object.fromEntries([...this.reflector].sort());
  }

  /** Until the reflector holds what the server holds. */
  async inStep(): Promise<void> {
    await this.reflector.whenSynced();
    await eventually(() => JSON.stringify(this.state) === JSON.stringify(this.server.specs));
  }

  /** Until that many watches have been asked for and the last is open. */
  async watching(requests = 1): Promise<void> {
    const { server, reflector } = this;
    await eventually(
      () =>
        server.watchRequests.length >= requests && server.watches.size === 1 && reflector.health.connected,
    );
  }

  /** Lets the wait before the next attempt pass. */
  async waitOut(): Promise<void> {
    const { clock, reflector } = this;
    await eventually(
      () => reflector.health.failures > 0 && !reflector.health.connected && clock.pending.length === 1,
    );
    clock.advance(clock.pending[0]!);
  }
}
