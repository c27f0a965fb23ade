import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PORTS_PER_SUPERVISOR, type ProcessSpec, type Reply, type Request } from './protocol.ts';
import { SupervisedProcess } from './supervised-process.ts';

export interface SupervisionSettings {
  /** First part of the name of the temporary directory; `imagestreams-` if absent. */
  readonly prefix?: string;
  /** Where the log files are copied at the end, also when the owner is killed. */
  readonly keepLogsIn?: string;
}

/** The owner's side of a supervisor: programs started here end with this process at the latest. */
export class Supervision {
  readonly directory: string;
  readonly pid: number;
  /** Resolves with the first process that failed, not asked to end. */
  readonly failure: Promise<SupervisedProcess>;
  readonly #failed = Promise.withResolvers<SupervisedProcess>();
  readonly #supervisor: ChildProcess;
  readonly #processes = new Map<string, SupervisedProcess>();
  readonly #started = new Map<string, PromiseWithResolvers<number>>();
  readonly #firstPort: number;
  #portsTaken = 0;
  #ending = false;

  private constructor(supervisor: ChildProcess, ready: Reply & { type: 'ready' }) {
    this.#supervisor = supervisor;
    this.directory = ready.directory;
    this.pid = supervisor.pid!;
    this.failure = this.#failed.promise;
    this.#firstPort = ready.firstPort;
    supervisor.on('message', (reply: Reply) => this.#receive(reply));
    supervisor.on('exit', () => this.#lost());
    // A forgotten supervision must not keep its owner from ending.
    supervisor.unref();
    supervisor.channel?.unref();
  }

  static async begin({
    prefix = 'imagestreams-',
    keepLogsIn,
  }: SupervisionSettings = {}): Promise<Supervision> {
    const settings = JSON.stringify({ prefix, keepLogsIn });
    const supervisor = fork(join(import.meta.dirname, 'supervisor.ts'), [settings], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [ready] = await Promise.race([
      once(supervisor, 'message'),
      once(supervisor, 'exit').then(([code]) => {
        throw new Error(`the supervisor ended while starting (exit code ${code})`);
      }),
    ]);
    return new Supervision(supervisor, ready);
  }

  /** A port that nothing else under supervision was given. */
  takePort(): number {
    if (this.#portsTaken === PORTS_PER_SUPERVISOR) throw new Error('this supervision has no ports left');
    this.#portsTaken += 1;
    return this.#firstPort + this.#portsTaken - 1;
  }

  /** Starts a program; its output goes to `NAME.log` in {@link directory}. Ready is another question. */
  async start(spec: ProcessSpec): Promise<SupervisedProcess> {
    if (!this.#supervisor.connected) throw new Error(`cannot start ${spec.name}: its supervisor has ended`);
    const supervised = new SupervisedProcess(spec.name, this.directory, (signal) =>
      this.#send({ type: 'signal', name: spec.name, signal }),
    );
    const started = Promise.withResolvers<number>();
    this.#started.set(spec.name, started);
    this.#processes.set(spec.name, supervised);
    this.#supervisor.channel?.ref();
    this.#send({ type: 'start', spec });
    try {
      supervised.pid = await started.promise;
    } finally {
      this.#supervisor.channel?.unref();
    }
    return supervised;
  }

  /** Stops every program, keeps the logs if asked to, removes the directory; returns when all of it is done. */
  async end(): Promise<void> {
    if (this.#supervisor.exitCode !== null || this.#supervisor.signalCode !== null) return;
    this.#ending = true;
    this.#supervisor.ref();
    this.#send({ type: 'shutdown' });
    await once(this.#supervisor, 'exit');
  }

  #send(request: Request): void {
    if (this.#supervisor.connected) this.#supervisor.send(request);
  }

  #receive(reply: Reply): void {
    switch (reply.type) {
      case 'ready':
        break;
      case 'started':
        this.#started.get(reply.name)?.resolve(reply.pid);
        break;
      case 'refused':
        this.#started.get(reply.name)?.reject(new Error(`cannot start ${reply.name}: ${reply.reason}`));
        break;
      case 'exited':
        this.#ended(reply.name, reply.how);
        break;
    }
  }

  #ended(name: string, how: string): void {
    const supervised = this.#processes.get(name);
    if (supervised === undefined) return;
    supervised.ended(how);
    if (!this.#ending && !supervised.askedToEnd && how !== 'exit code 0') this.#failed.resolve(supervised);
  }

  #lost(): void {
    for (const [name, started] of this.#started) {
      started.reject(new Error(`cannot start ${name}: its supervisor has ended`));
    }
    for (const supervised of this.#processes.values()) supervised.ended('stopped with its supervisor');
  }
}
