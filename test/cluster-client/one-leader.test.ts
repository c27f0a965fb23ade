import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { LeaderElection } from '../../src/cluster/index.ts';
import { untilAborted } from './election-stage.ts';
import { type Fate, Machine, Network, World } from './world.ts';

const runs = 300;
const calmMs = 120_000;
const delay = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 50 }) },
  { weight: 2, arbitrary: fc.integer({ min: 50, max: 4_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 4_000, max: 20_000 }) },
);
const fate: fc.Arbitrary<Fate> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('Answered' as const) },
    { weight: 4, arbitrary: fc.constantFrom('Refused', 'RequestLost', 'AnswerLost', 'Unreachable') },
  ),
  thereMs: delay,
  backMs: delay,
});
const process = fc.record({
  /** What its clock shows at the beginning: up to a day off. */
  startsAt: fc.integer({ min: 1.75e12 - 86_400_000, max: 1.75e12 + 86_400_000 }),
  rate: fc.oneof(fc.constantFrom(0.85, 1.25), fc.double({ min: 0.85, max: 1.25, noNaN: true })),
  beginsAt: fc.integer({ min: 0, max: 30_000 }),
  /** How long its work takes to end. */
  lingerMs: fc.integer({ min: 0, max: 3_000 }),
  randoms: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
});
const trouble = fc.record({
  kind: fc.constantFrom('Sleep', 'CutOff', 'Restart'),
  who: fc.nat({ max: 2 }),
  at: fc.integer({ min: 0, max: calmMs }),
  forMs: fc.integer({ min: 1, max: 40_000 }),
});
const schedule = fc.record({
  fates: fc.array(fate, { minLength: 1, maxLength: 40 }),
  processes: fc.array(process, { minLength: 2, maxLength: 3 }),
  troubles: fc.array(trouble, { maxLength: 8 }),
});

type Plan = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** A process that is started, restarted under a new name, and stopped. */
class Process {
  readonly machine: Machine;
  readonly #plan: Plan['processes'][number];
  readonly #network: Network;
  readonly #name: string;
  election: LeaderElection | undefined;
  terms: AbortSignal[] = [];
  #lives = 0;
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(world: World, plan: Plan['processes'][number], name: string) {
    this.#plan = plan;
    this.#name = name;
    this.machine = new Machine(world, plan.startsAt, plan.rate);
    this.#network = new Network(world, this.machine);
  }

  begin(): void {
    const { randoms, lingerMs } = this.#plan;
    let asked = 0;
    this.#lives += 1;
    this.#stop = new AbortController();
    this.election = new LeaderElection({
      client: this.#network,
      namespace: 'ns',
      name: 'controller',
      identity: `${this.#name}-${this.#lives}`,
      clock: this.machine,
      random: () => randoms[asked++ % randoms.length] ?? 0,
      logger: pino({ level: 'silent' }),
    });
    this.#running = this.election.run(async (signal) => {
      this.terms.push(signal);
      await untilAborted(signal);
      await new Promise<void>((resolve) => this.machine.after(lingerMs, resolve));
    }, this.#stop.signal);
  }

  async restart(): Promise<void> {
    if (this.#running === undefined || this.#stop.signal.aborted) return;
    this.#stop.abort();
    await this.#running;
    this.begin();
  }

  get leading(): boolean {
    return this.election?.leading ?? false;
  }
}

/** Plays a schedule, then lets a minute pass in calm; returns what `leads` said at the end. */
async function play({ fates, processes: plans, troubles }: Plan, look: (all: readonly Process[]) => void) {
  const world = new World(fates);
  const processes = plans.map((plan, i) => new Process(world, plan, `process-${i}`));
  for (const [i, { beginsAt }] of plans.entries()) world.at(beginsAt, () => processes[i]?.begin());
  for (const { kind, who, at, forMs } of troubles) {
    const victim = processes[who % processes.length];
    world.at(at, () => {
      if (kind === 'Sleep') victim?.machine.sleepFor(forMs);
      if (kind === 'CutOff') victim?.machine.cutOffFor(forMs);
      if (kind === 'Restart') void victim?.restart();
    });
  }
  await world.run(calmMs + 40_000, () => look(processes));
  world.calm();
  await world.run(world.now + 60_000, () => look(processes));
  return processes;
}

/** Who may do a leader's work at this moment, and whose work has not been told to end. */
function check(processes: readonly Process[]): void {
  const leading = processes.filter((each) => each.leading);
  const working = processes.filter(
    ({ machine, terms }) => machine.awake && terms.some((signal) => !signal.aborted),
  );
  if (leading.length > 1) throw new Error(`${leading.length} processes lead`);
  if (working.length > 1) throw new Error(`${working.length} processes work`);
}

describe('candidates with wrong clocks over a bad network', () => {
  it('never lead two at once, and one leads soon after all is well', async () => {
    let terms = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (plan) => {
        const processes = await play(plan, check);
        expect(processes.filter((each) => each.leading)).toHaveLength(1);
        terms += processes.reduce((sum, each) => sum + each.terms.length, 0);
      }),
      { numRuns: runs },
    );
    // Otherwise the troubles have been too small, or too great, to prove anything.
    expect(terms).toBeGreaterThan(2 * runs);
  }, 60_000);
});
