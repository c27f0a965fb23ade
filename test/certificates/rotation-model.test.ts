import { expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { RotationSettings } from '../../src/certificates/settings.ts';
import { Actor } from './actor.ts';
import { kinds, World } from './world.ts';

jest.setTimeout(120_000);

const second = 1_000;
const runs = Number(process.env['MODEL_RUNS'] ?? 250);

const settings: RotationSettings = {
  serving: { namespace: 'ns', name: 'tls' },
  authority: { namespace: 'ns', name: 'authority' },
  configuration: 'imagestreams',
  names: {},
  servingLifetimeMs: 90 * second,
  authorityLifetimeMs: 240 * second,
  trustDelayMs: 20 * second,
};

/** API servers are behind by less than the trust delay: that is what it is for. */
const stalenessMs = 15 * second;

type Command =
  | { readonly kind: 'turns'; readonly actor: 0 | 1; readonly count: number }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'jump'; readonly seconds: number }
  | { readonly kind: 'sync' | 'restart'; readonly replica: 0 | 1 }
  | { readonly kind: 'crash' | 'late' | 'work'; readonly actor: 0 | 1 }
  | { readonly kind: 'settle' }
  | { readonly kind: 'delete' | 'corrupt'; readonly secret: 'authority' | 'serving' }
  | { readonly kind: 'empty' | 'foreign'; readonly registration: 0 | 1; readonly webhook: 0 | 1 };

const one = fc.constantFrom<0 | 1>(0, 1);
const secret = fc.constantFrom<'authority' | 'serving'>('authority', 'serving');

/** The course of things, and processes that end or stall. */
const ordinary: readonly fc.WeightedArbitrary<Command>[] = [
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant('turns'), actor: one, count: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('pass'), seconds: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'settle' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('sync', 'restart'), replica: one }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'late'), actor: one }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('work'), actor: one }),
  },
];

/** Damage that costs no review as long as `caBundle` is left alone. */
const lostSecret: fc.WeightedArbitrary<Command> = {
  weight: 1,
  arbitrary: fc.record({ kind: fc.constantFrom('delete', 'corrupt'), secret }),
};

/** Damage that nothing can make good before it is seen. */
const grave: readonly fc.WeightedArbitrary<Command>[] = [
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('empty', 'foreign'), registration: one, webhook: one }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('jump'), seconds: fc.integer({ min: -400_000, max: 400_000 }) }),
  },
];

class Play {
  readonly world = new World(settings);
  readonly actors = [new Actor(this.world, settings), new Actor(this.world, settings)] as const;

  async run(command: Command): Promise<void> {
    const { world, actors } = this;
    switch (command.kind) {
      case 'turns':
        for (let count = 0; count < command.count; count += 1) await actors[command.actor].turn();
        return;
      case 'pass':
        world.elapsed += command.seconds * second;
        return;
      case 'jump':
        world.skew += command.seconds * second;
        return;
      case 'sync':
        world.sync(command.replica);
        return;
      case 'restart':
        world.replicas[command.replica] = undefined;
        return;
      case 'work':
        await this.work([actors[command.actor]]);
        return;
      case 'crash':
        await actors[command.actor].crash();
        return;
      case 'late':
        await actors[command.actor].lateRequest();
        return;
      case 'settle':
        await this.settle();
        return;
      case 'delete':
        if (command.secret === 'authority') world.setAuthority(undefined);
        else world.setServing(undefined);
        return;
      case 'corrupt':
        this.corrupt(command.secret);
        return;
      case 'empty':
      case 'foreign': {
        const kind = kinds[command.registration] ?? 'MutatingWebhookConfiguration';
        const before = world.bundles().slice(command.registration * 2);
        const ids = command.kind === 'empty' ? [] : ['stranger'];
        world.setBundles(kind, (webhook) => (webhook === command.webhook ? ids : (before[webhook] ?? [])));
      }
    }
  }

  /** Both work until they have nothing to do for now, and replicas hear of it. */
  async settle(): Promise<void> {
    await this.work(this.actors);
    for (const replica of [0, 1]) this.world.sync(replica);
  }

  async work(actors: readonly Actor[]): Promise<void> {
    // the first look may have begun long ago
    for (const _look of [0, 1]) {
      for (const actor of actors) actor.last = undefined;
      for (let count = 0; count < 200; count += 1) {
        for (const actor of actors) await actor.turn();
        if (actors.every(({ last }) => last?.kind === 'Rest')) break;
      }
    }
  }

  corrupt(which: 'authority' | 'serving'): void {
    const { authority, serving } = this.world;
    if (which === 'authority' && authority !== undefined) {
      this.world.setAuthority({ ...authority, authority: 'broken' });
    }
    if (which === 'serving' && serving !== undefined) this.world.setServing({ ...serving, leaf: 'broken' });
  }

  /** Replicas that an API server would turn away though their certificate is valid. */
  refused(): readonly string[] {
    const { world } = this;
    const believed = world.trustedSince(world.elapsed - stalenessMs);
    return world.replicas.flatMap((leaf, replica) => {
      if (leaf === undefined || !world.isValid(leaf)) return [];
      const signer = world.life(leaf)?.signer ?? '';
      const lacking = believed.find((ids) => !ids.includes(signer) || !world.isValid(signer));
      return lacking === undefined
        ? []
        : [`replica ${replica} serves ${leaf} of ${signer}, trusted: ${lacking}`];
    });
  }

  /** Is there any replica that could be called? Where nobody renewed for so long there is nothing to lose, and healing takes its time. */
  get serves(): boolean {
    return this.world.replicas.some((leaf) => leaf !== undefined && this.world.isValid(leaf));
  }

  /** Installed, and known to every API server. */
  async begin(): Promise<void> {
    await this.settle();
    this.world.elapsed += stalenessMs;
  }

  /** Time passes in peace until all is as it should be. */
  async heal(): Promise<void> {
    for (let count = 0; count < 40; count += 1) {
      this.world.elapsed += settings.trustDelayMs / 4;
      await this.settle();
      // a change of authorities may be under way at any time
      if (count > 10 && this.actors.every(({ last }) => last?.kind === 'Rest' && last.why === 'settled'))
        return;
    }
  }

  expectHealed(): void {
    const { authority, serving } = this.world;
    expect(this.actors.map(({ last }) => last)).toEqual([
      expect.objectContaining({ kind: 'Rest', why: 'settled' }),
      expect.objectContaining({ kind: 'Rest', why: 'settled' }),
    ]);
    expect(this.world.life(serving?.leaf ?? '')?.signer).toBe(authority?.authority);
    const valid = (authority?.previous ?? []).filter((id) => this.world.isValid(id));
    const expected = [authority?.authority, ...valid].toSorted();
    expect(this.world.bundles().map((ids) => ids.toSorted())).toEqual([
      expected,
      expected,
      expected,
      expected,
    ]);
    expect(this.world.replicas).toEqual([serving?.leaf, serving?.leaf]);
    expect(this.refused()).toEqual([]);
  }
}

const plays = (...more: readonly fc.WeightedArbitrary<Command>[]) =>
  fc.array(fc.oneof(...ordinary, ...more), { maxLength: 60 });

it('never has a replica turned away, whoever works, stalls or ends at whatever moment', async () => {
  await fc.assert(
    fc.asyncProperty(plays(), async (commands) => {
      const play = new Play();
      await play.begin();
      for (const command of commands) {
        await play.run(command);
        expect(play.refused()).toEqual([]);
      }
      await play.heal();
      play.expectHealed();
    }),
    { numRuns: runs },
  );
});

it('never has a replica turned away because one Secret was deleted or damaged', async () => {
  await fc.assert(
    fc.asyncProperty(plays(), lostSecret.arbitrary, plays(), async (before, damage, after) => {
      const play = new Play();
      await play.begin();
      let downUntil = 0;
      for (const command of [...before, damage, ...after]) {
        if (!play.serves) downUntil = Number.POSITIVE_INFINITY;
        await play.run(command);
        if (command.kind === 'settle' && downUntil === Number.POSITIVE_INFINITY) {
          downUntil = play.world.elapsed + settings.trustDelayMs;
        }
        if (play.world.elapsed > downUntil) expect(play.refused()).toEqual([]);
      }
      await play.heal();
      play.expectHealed();
    }),
    { numRuns: runs },
  );
});

it('always serves what is valid, as long as somebody looks every few seconds', async () => {
  const pass = fc.record({ seconds: fc.integer({ min: 1, max: 4 }), damaged: fc.boolean() });
  const passes = fc.array(pass, { minLength: 100, maxLength: 150 });
  await fc.assert(
    fc.asyncProperty(passes, fc.nat(150), async (all, loss) => {
      const play = new Play();
      await play.begin();
      for (const [index, { seconds, damaged }] of all.entries()) {
        if (damaged) play.corrupt('serving');
        // once: nobody can wait for trust in time when it is lost again and again
        if (index === loss) play.corrupt('authority');
        play.world.elapsed += seconds * second;
        expect(play.world.replicas.map((leaf = '') => play.world.isValid(leaf))).toEqual([true, true]);
        await play.settle();
        expect(play.refused()).toEqual([]);
      }
    }),
    { numRuns: Math.ceil(runs / 10) },
  );
});

it('heals by itself from any damage', async () => {
  await fc.assert(
    fc.asyncProperty(plays(lostSecret, ...grave), async (commands) => {
      const play = new Play();
      await play.begin();
      for (const command of commands) await play.run(command);
      await play.heal();
      play.expectHealed();
    }),
    { numRuns: runs },
  );
});
