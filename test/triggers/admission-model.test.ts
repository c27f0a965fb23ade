import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fireAnnotation,
  heldAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import { D1, D2, D3, person, undoer, user } from './admission-stage.ts';
import { type Manifest, tagIn, World } from './admission-world.ts';

/** What the rules demand of the container after a step. */
interface State {
  readonly image: string;
  readonly held: boolean;
}

/** What people, clients, tags and the controller do; `lag` is how far behind the replica is that reviews it. */
type Step =
  | { readonly do: 'Move'; readonly tag: string; readonly image: string | undefined }
  | { readonly do: 'Reconcile'; readonly behind: number }
  | { readonly do: 'SetImage'; readonly image: string }
  | { readonly do: 'Apply'; readonly manifest: Manifest; readonly serverSide: boolean }
  | { readonly do: 'ApplyAgain'; readonly serverSide: boolean }
  | { readonly do: 'Follow'; readonly tag: string | undefined }
  | { readonly do: 'Undo'; readonly back: number }
  | { readonly do: 'FollowExplicit'; readonly follow: boolean }
  | { readonly do: 'Fire' | 'Release' | 'RemoveHold' | 'Forge' | 'Touch' | 'Replace' | 'Recreate' };

const texts = ['quay.io/org/app:1', 'quay.io/org/app:2', ' ', 'app:v1'];
const tag = fc.constantFrom('app:v1', '-app:v1', 'app:v2', undefined);
const manifest: fc.Arbitrary<Manifest> = fc
  .record({
    text: fc.constantFrom(...texts),
    tag: fc.constantFrom('app:v1', 'app:v1', '-app:v1', 'app:v2', undefined),
  })
  .map(({ text, tag: followed }) => (followed === undefined ? { text } : { text, tag: followed }));
const gives = fc.constantFrom(D1, D2, D3, undefined);
const image = fc.constantFrom(D1, D2, D3, 'quay.io/x:1', ' ', 'app:v1', 'app:v2', 'quay.io/org/app:1');

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('Move' as const), tag: fc.constantFrom('app:v1', 'app:v2'), image: gives }),
  fc.record({ do: fc.constant('Reconcile' as const), behind: fc.nat(2) }),
  fc.record({ do: fc.constant('SetImage' as const), image }),
  fc.record({ do: fc.constant('Apply' as const), manifest, serverSide: fc.boolean() }),
  fc.record({ do: fc.constant('ApplyAgain' as const), serverSide: fc.boolean() }),
  fc.record({ do: fc.constant('Follow' as const), tag }),
  fc.record({ do: fc.constant('Undo' as const), back: fc.nat(3) }),
  fc.record({ do: fc.constant('FollowExplicit' as const), follow: fc.boolean() }),
  fc.record({
    do: fc.constantFrom(
      'Fire' as const,
      'Release' as const,
      'RemoveHold' as const,
      'Forge' as const,
      'Touch' as const,
      'Replace' as const,
      'Recreate' as const,
    ),
  }),
);
const steps = fc.array(fc.tuple(step, fc.nat(2)), { maxLength: 30 });

const isPaused = (followed: string | undefined) => followed?.startsWith('-') === true;
const gaveBy = (world: World, followed: string | undefined) => world.tags[(followed ?? '').replace(/^-/, '')];
const isBlank = (text: string) => text.trim() === '';
const names = (text: string, followed: string | undefined) => text === followed?.replace(/^-/, '');

/** A container that follows a tag gets its image; where none is known, or the replica lags, what runs may stay. */
const followed = (world: World, tagNow: string | undefined, sent = world.image): readonly State[] => {
  const given = gaveBy(world, tagNow);
  const before = isBlank(world.image) ? sent : world.image;
  return [given ?? before, before].map((each) => ({ image: each, held: false }));
};

const stays = ({ image: now, held }: World): readonly State[] => [{ image: now, held }];

/** Rules 5 and 6 for an image that was sent, under triggers that may be others than before. */
function written(
  world: World,
  sent: string,
  tagNow: string | undefined,
  isPlaceholder: boolean,
  isFollowed = world.followsExplicit,
): readonly State[] {
  const isHeld = world.held && world.tag !== undefined;
  if (tagNow === undefined) return [{ image: sent, held: false }];
  if (sent === world.image) {
    const isLeft = isHeld || isPaused(tagNow) || tagNow === world.tag;
    return isLeft ? [{ image: sent, held: isHeld }] : followed(world, tagNow);
  }
  if (isPlaceholder) {
    const runs = isBlank(world.image) ? sent : world.image;
    return isHeld || isPaused(tagNow) ? [{ image: runs, held: isHeld }] : followed(world, tagNow, sent);
  }
  if (isFollowed) {
    if (isHeld || isPaused(tagNow))
      return [{ image: isBlank(world.image) ? sent : world.image, held: isHeld }];
    return [...followed(world, tagNow, sent), { image: sent, held: false }];
  }
  if (isHeld) return [{ image: sent, held: true }];
  return [{ image: sent, held: !isPaused(tagNow) && sent !== gaveBy(world, tagNow) }];
}

/** An earlier state of the object: a trigger that comes back with it is held. */
function undone(
  world: World,
  sent: string,
  tagNow: string | undefined,
  isFollowed: boolean,
): readonly State[] {
  const isHeld = world.held && world.tag !== undefined;
  const comesBack = tagNow !== undefined && tagNow !== world.tag && !isPaused(tagNow) && !isHeld;
  const isPlaceholder = isBlank(sent) || names(sent, tagNow);
  if (!comesBack) return written(world, sent, tagNow, isPlaceholder, isFollowed);
  if (!isPlaceholder && !isBlank(world.image)) return [{ image: sent, held: true }];
  if (!isPlaceholder)
    return [true, false].map((held) => ({ image: sent, held: held || sent !== gaveBy(world, tagNow) }));
  return isBlank(world.image) ? followed(world, tagNow, sent) : [{ image: world.image, held: true }];
}

/** Takes the step, and gives what the rules allow to come of it. */
function take(world: World, each: Step, lag: number): readonly State[] {
  switch (each.do) {
    case 'Move': {
      world.move(each.tag, each.image);
      return stays(world);
    }
    case 'Reconcile': {
      const isLeft = world.held || world.tag === undefined || isPaused(world.tag);
      // the controller's own view may lag as well, and catches up
      const expected = isLeft
        ? stays(world)
        : [D1, D2, D3, world.image].map((now) => ({ image: now, held: false }));
      world.reconcile(each.behind, lag);
      return expected;
    }
    case 'SetImage': {
      const isPlaceholder = isBlank(each.image) || names(each.image, world.tag);
      const expected = written(world, each.image, world.tag, isPlaceholder);
      world.write(world.setImage(each.image), person, lag);
      return expected;
    }
    case 'Apply':
      return apply(world, each.manifest, each.serverSide, lag);
    case 'ApplyAgain':
      return apply(world, world.manifest, each.serverSide, lag);
    case 'Follow': {
      const expected = written(world, world.image, each.tag, false);
      world.write(world.following(each.tag), person, lag);
      return expected;
    }
    case 'Undo': {
      const revision = world.revisions.at(-1 - each.back);
      // kubectl sends nothing when the template is the present one
      if (revision === undefined || revision.image === world.image) return stays(world);
      const { annotations } = revision;
      const isFollowed = annotations[onExplicitImageAnnotation] === 'follow';
      const expected = undone(world, revision.image, tagIn(annotations[triggersAnnotation]), isFollowed);
      world.write(world.undone(revision), undoer, lag);
      return expected;
    }
    case 'FollowExplicit': {
      const { image: now, held } = world;
      world.write(
        world.annotated({ [onExplicitImageAnnotation]: each.follow ? 'follow' : undefined }),
        person,
        lag,
      );
      return [{ image: now, held }];
    }
    case 'Recreate': {
      const { text, tag: tagNow } = world.manifest;
      world.recreate(lag);
      if (tagNow === undefined || isPaused(tagNow)) return [{ image: text, held: false }];
      // nothing runs yet, so what the replica remembers does
      return [D1, D2, D3, text].map((now) => ({ image: now, held: false }));
    }
    default:
      return ask(world, each.do, lag);
  }
}

function apply(world: World, next: Manifest, serverSide: boolean, lag: number): readonly State[] {
  const { manifest: before } = world;
  // what was recorded, or kubectl remembers; of a paused trigger only the former
  const isRemembered = !serverSide && next.text === before.text && !isPaused(next.tag);
  const isKnown = next.text === world.recordedText || isRemembered;
  const isPlaceholder = isBlank(next.text) || names(next.text, next.tag) || isKnown;
  const expected = written(world, next.text, next.tag, isPlaceholder);
  world.manifest = next;
  const sent = world.following(next.tag);
  const { template } = world.setImage(next.text)['spec'] as { template: object };
  world.write({ ...sent, spec: { template } }, user(), lag, serverSide ? undefined : before.text);
  return expected;
}

type Asking = 'Fire' | 'Release' | 'RemoveHold' | 'Forge' | 'Touch' | 'Replace';

function ask(world: World, what: Asking, lag: number): readonly State[] {
  const { image: now, held, tag: followedNow } = world;
  const released = !held
    ? stays(world)
    : isPaused(followedNow)
      ? [{ image: now, held: false }]
      : followed(world, followedNow);
  switch (what) {
    case 'Fire': {
      const given = followedNow === undefined ? undefined : gaveBy(world, followedNow);
      world.write(world.annotated({ [fireAnnotation]: world.newValue() }), person, lag);
      return [{ image: given ?? now, held }];
    }
    case 'Release':
      world.write(world.annotated({ [releaseAnnotation]: world.newValue() }), person, lag);
      return released;
    case 'RemoveHold':
      world.write(world.annotated({ [heldAnnotation]: undefined }), person, lag);
      return released;
    case 'Forge': {
      const hold = { web: { image: D3, since: '2020-01-01T00:00:00Z', reason: 'SetExplicitly', by: 'eve' } };
      const status = { containers: { web: { tag: 'app:v1', image: D3, at: '2020-01-01T00:00:00Z' } } };
      const forged = {
        [heldAnnotation]: JSON.stringify(hold),
        [triggerStatusAnnotation]: JSON.stringify(status),
      };
      world.write(world.annotated(forged), person, lag);
      return [{ image: now, held }];
    }
    case 'Touch':
      world.write(world.annotated({ note: world.newValue() }), person, lag);
      return [{ image: now, held }];
    case 'Replace': {
      const dropped = {
        [heldAnnotation]: undefined,
        [triggerStatusAnnotation]: undefined,
        'imagestreams.io/resolved': undefined,
      };
      world.write(world.annotated(dropped), user(), lag);
      return [{ image: now, held }];
    }
  }
}

describe('whatever happens to a workload', () => {
  it('becomes what the rules demand, step by step, and when all is quiet', () => {
    fc.assert(
      fc.property(manifest, gives, gives, steps, (first, v1, v2, all) => {
        const world = new World(first, { 'app:v1': v1, 'app:v2': v2 });
        for (const [each, lag] of all) {
          const expected = take(world, each, lag);
          expect(expected).toContainEqual({ image: world.image, held: world.held });
        }
        const { image: before, held } = world;
        world.reconcile(0, 2);
        const isFollowing = world.tag !== undefined && !isPaused(world.tag) && !held;
        expect(world.image).toBe((isFollowing ? gaveBy(world, world.tag) : undefined) ?? before);
        const { object } = world;
        world.reconcile(0, 0);
        world.write(world.object, user(), 2);
        expect(world.object).toEqual(object);
      }),
      { numRuns: 1500 },
    );
  });
});
