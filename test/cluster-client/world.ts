import { ApiError, type ApiErrorCode, type Clock } from '../../src/cluster/index.ts';
import { ObjectStore } from './object-store.ts';

/** What becomes of a request; delays in milliseconds of true time. */
export interface Fate {
  readonly kind: 'Answered' | 'Refused' | 'RequestLost' | 'AnswerLost' | 'Unreachable';
  readonly thereMs: number;
  readonly backMs: number;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** True time, in which all else happens: one thing after another, and at once when nothing is under way. */
export class World {
  readonly store = new ObjectStore();
  readonly #fates: readonly Fate[];
  #happenings: Happening[] = [];
  #now = 0;
  #order = 0;
  #requests = 0;
  /** After this nothing fails any more. */
  #calmFrom = Number.POSITIVE_INFINITY;

  constructor(fates: readonly Fate[]) {
    this.#fates = fates;
  }

  get now(): number {
    return this.#now;
  }

  calm(): void {
    this.#calmFrom = this.#now;
  }

  at(time: number, happen: () => void): () => void {
    this.#order += 1;
    const happening = { at: Math.max(time, this.#now), order: this.#order, happen };
    this.#happenings.push(happening);
    return () => {
      this.#happenings = this.#happenings.filter((each) => each !== happening);
    };
  }

  /** Lets things happen until `until`, and has a look after each. */
  async run(until: number, look: () => void): Promise<void> {
    for (;;) {
      // Promises settle completely before the next immediate.
      await new Promise((resolve) => setImmediate(resolve));
      look();
      const [next] = this.#happenings.sort((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined || next.at > until) break;
      this.#happenings.shift();
      this.#now = next.at;
      next.happen();
    }
    this.#now = until;
  }

  nextFate(): Fate {
    this.#requests += 1;
    const fate = this.#fates[this.#requests % this.#fates.length];
    if (fate === undefined || this.#now >= this.#calmFrom) return { kind: 'Answered', thereMs: 5, backMs: 5 };
    return fate;
  }
}

/** A machine with a clock of its own, which is wrong, fast or slow, and which may stand still for a while. */
export class Machine implements Clock {
  readonly #world: World;
  readonly #startsAt: number;
  readonly #rate: number;
  #sleepsUntil = 0;
  #cutOffUntil = 0;

  constructor(world: World, startsAt: number, rate: number) {
    this.#world = world;
    this.#startsAt = startsAt;
    this.#rate = rate;
  }

  now(): number {
    return this.#startsAt + this.#world.now * this.#rate;
  }

  after(ms: number, callback: () => void): () => void {
    let cancel = () => {};
    const fire = () => {
      // What was due while it stood still comes when it goes on.
      if (this.asleep) cancel = this.#world.at(this.#sleepsUntil, fire);
      else callback();
    };
    cancel = this.#world.at(this.#world.now + ms / this.#rate, fire);
    return () => cancel();
  }

  get asleep(): boolean {
    return this.#world.now < this.#sleepsUntil;
  }

  /** Late timers have fired, too. */
  get awake(): boolean {
    return this.#world.now > this.#sleepsUntil;
  }

  sleepFor(ms: number): void {
    this.#sleepsUntil = Math.max(this.#sleepsUntil, this.#world.now + ms);
  }

  /** No request comes through, no answer comes back. */
  cutOffFor(ms: number): void {
    this.#cutOffUntil = Math.max(this.#cutOffUntil, this.#world.now + ms);
  }

  get cutOff(): boolean {
    return this.#world.now < this.#cutOffUntil;
  }
}

interface Options {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/** The world's store over a network that delays, loses and breaks what goes through it, as a client sees it. */
export class Network {
  readonly #world: World;
  readonly #machine: Machine;

  constructor(world: World, machine: Machine) {
    this.#world = world;
    this.#machine = machine;
  }

  get(path: string, options: Options = {}): Promise<unknown> {
    return this.#send('GET', path, '', options);
  }

  create(path: string, body: unknown, options: Options = {}): Promise<unknown> {
    return this.#send('POST', path, JSON.stringify(body), options);
  }

  replace(path: string, body: unknown, options: Options = {}): Promise<unknown> {
    return this.#send('PUT', path, JSON.stringify(body), options);
  }

  #send(
    method: string,
    path: string,
    body: string,
    { signal, timeoutMs = 10_000 }: Options,
  ): Promise<unknown> {
    const fate = this.#world.nextFate();
    return new Promise((resolve, reject) => {
      const cancel = this.#machine.after(timeoutMs, () => reject(new ApiError('Timeout', 'made up')));
      const settle = (settled: () => void) => {
        cancel();
        settled();
      };
      const fail = (code: ApiErrorCode) => settle(() => reject(new ApiError(code, 'made up')));
      signal?.addEventListener('abort', () => fail('Aborted'), { once: true });
      if (signal?.aborted) return fail('Aborted');
      if (fate.kind === 'Unreachable') return fail('Unreachable');
      if (fate.kind === 'RequestLost' || this.#machine.cutOff) return;
      // A request may reach the server long after its sender has given it up.
      this.#world.at(this.#world.now + fate.thereMs, () => {
        const answer = fate.kind === 'Refused' ? undefined : this.#world.store.serve(method, path, body);
        if (fate.kind === 'AnswerLost') return;
        this.#machine.after(fate.backMs, () => {
          if (this.#machine.cutOff) return;
          if (answer === undefined) fail('ServerError');
          else if (answer.status < 300) settle(() => resolve(answer.body));
          else fail(codes[answer.status] ?? 'Invalid');
        });
      });
    });
  }
}

const codes: Readonly<Record<number, ApiErrorCode>> = { 404: 'NotFound', 409: 'Conflict' };
