import { describe, expect, it } from '@jest/globals';
import {
  decodeTriggerStatus,
  encodeHeld,
  encodeTriggerStatus,
  fireAnnotation,
  heldAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  type Annotations,
  admit,
  controller,
  D1,
  D2,
  D3,
  following,
  imagesIn,
  type Outcome,
  person,
  type Setting,
  shape,
  timeOf,
  undoer,
  user,
  withAnnotations,
  withImages,
} from './admission-stage.ts';

const text = 'quay.io/org/app:1';
const explicit = 'quay.io/x:1';
const before = { 'app:v1': D1 };
const now = { 'app:v1': D2 };

const stored = (tag = 'app:v1', annotations: Annotations = {}) =>
  admit(shape({ images: { web: text }, follow: { web: tag }, annotations }), undefined, { tags: before })
    .object;
const heldOf = (old: KubernetesObject, writer = person) =>
  admit(withImages(old, { web: explicit }), old, { tags: before, writer, at: 1 }).object;
const held = () => heldOf(stored());

const web = ({ object }: Outcome) => imagesIn(object)['web'];
const codes = ({ notices }: Outcome) => notices.map(({ code }) => code);
const annotate = (old: KubernetesObject, changes: Annotations, setting: Setting = {}) =>
  admit(withAnnotations(old, changes), old, { tags: now, writer: person, at: 9, ...setting });
const holds = ({ held: all }: Outcome) => [...all.keys()];

describe('a hold', () => {
  const ours = { [heldAnnotation]: undefined, [triggerStatusAnnotation]: undefined };

  it.each([
    ['without the annotation', { [heldAnnotation]: undefined }],
    ['with an empty one', { [heldAnnotation]: '' }],
    ['without the container in it', { [heldAnnotation]: '{}' }],
    ['with a new value for release', { [releaseAnnotation]: 'now' }],
  ])('is released by a write %s, and the tag’s image follows', (_, changes) => {
    const outcome = annotate(held(), changes);
    expect(web(outcome)).toBe(D2);
    expect(holds(outcome)).toEqual([]);
    expect(codes(outcome)).toEqual([]);
  });

  it('is released by an apply, too', () => {
    const sent = withAnnotations(withImages(held(), { web: text }), { [releaseAnnotation]: 'now' });
    const outcome = admit(sent, held(), { tags: now, at: 9 });
    expect(web(outcome)).toBe(D2);
    expect(holds(outcome)).toEqual([]);
  });

  it('is released where the tag gives nothing, and the image stays', () => {
    const outcome = annotate(held(), { [heldAnnotation]: undefined }, { tags: {} });
    expect(web(outcome)).toBe(explicit);
    expect(holds(outcome)).toEqual([]);
    expect(codes(outcome)).toEqual(['NoImageGiven']);
  });

  it('is released into a paused trigger, and the image stays', () => {
    const old = annotate(held(), {}).object;
    const paused = admit(following(old, { web: '-app:v1' }), old, { tags: now, at: 9 }).object;
    const outcome = annotate(paused, { [heldAnnotation]: undefined });
    expect(web(outcome)).toBe(explicit);
    expect(holds(outcome)).toEqual([]);
  });

  it.each<[string, Annotations, Partial<Setting>]>([
    ['a write that drops all that is ours, as replace does', ours, {}],
    ['rollout undo to a time before it', { [heldAnnotation]: undefined }, { writer: undoer }],
    ['a value for release that was answered', {}, {}],
    ['a moved tag', { note: 'new' }, {}],
    ['the controller', { [heldAnnotation]: undefined }, { writer: controller }],
  ])('is not released by %s', (_, changes, setting) => {
    expect(annotate(held(), changes, setting).object.metadata?.annotations).toMatchObject(
      held().metadata?.annotations ?? {},
    );
  });

  it('is not released again by the same value, which admission remembers', () => {
    const released = annotate(held(), { [releaseAnnotation]: 'now' }).object;
    const again = heldOf(released);
    expect(holds(annotate(again, { note: 'new' }))).toEqual(['web']);
    const taken = annotate(again, { [releaseAnnotation]: undefined }).object;
    expect(holds(annotate(taken, { [releaseAnnotation]: 'now' }))).toEqual(['web']);
    expect(holds(annotate(taken, { [releaseAnnotation]: 'later' }))).toEqual([]);
  });

  it.each([
    ['another image', { image: D3 }],
    ['another user', { by: 'joe' }],
    ['another time', { since: timeOf(-500) }],
    ['another name', { name: 'x' }],
  ])('is put back when a client forges %s in it', (_, part) => {
    const [, entry] = [...(admit(held(), held()).held ?? [])][0] ?? [];
    if (entry === undefined) throw new Error('no hold');
    const forged = encodeHeld(new Map([['web', { ...entry, ...part }]]));
    expect(annotate(held(), { [heldAnnotation]: forged }).object).toEqual(held());
  });

  it('cannot be forged on a container that is not held', () => {
    const forged = encodeHeld(
      new Map([['web', { image: D1, since: timeOf(-5), reason: 'SetExplicitly', by: 'jane' }]]),
    );
    expect(annotate(stored(), { [heldAnnotation]: forged }, { tags: before }).object).toEqual(stored());
  });

  it('ends with its trigger', () => {
    const outcome = admit(following(held(), {}), held(), { tags: now, at: 9 });
    expect(outcome).toMatchObject({ held: new Map(), status: undefined, images: new Map() });
  });

  it('ends with its container, and others stay', () => {
    const follow = { web: 'app:v1', side: 'app:v1' };
    const both = admit(shape({ images: { web: text, side: text }, follow }), undefined, {
      tags: before,
    }).object;
    const set = withImages(both, { web: explicit, side: explicit });
    const old = admit(set, both, { tags: before, writer: person, at: 1 }).object;
    const sent = shape({
      images: { side: explicit },
      follow: { side: 'app:v1' },
      annotations: { ...old.metadata?.annotations, [triggersAnnotation]: undefined },
    });
    const left = following(sent, { side: 'app:v1' });
    expect(holds(admit(left, old, { tags: now, at: 9 }))).toEqual(['side']);
  });

  describe('and the manifest, applied again', () => {
    const apply = (old: KubernetesObject, image: string, changes: Annotations = {}) =>
      admit(withAnnotations(withImages(old, { web: image }), changes), old, { tags: now, at: 9 });

    it('keeps hold and image', () => {
      expect(apply(held(), text).object).toEqual(held());
    });

    it('that set the image itself keeps them, and after the release means the tag', () => {
      const old = heldOf(stored(), user());
      expect(apply(old, explicit).object).toEqual(old);
      const released = annotate(old, { [releaseAnnotation]: 'now' }).object;
      expect(imagesIn(released)).toEqual({ web: D2 });
      const again = apply(released, explicit);
      expect(again.object).toEqual(released);
      expect(again.notices).toEqual([]);
    });

    it.each([
      ['is the tag’s', explicit],
      ['stays, as the tag gives none', undefined],
    ])('means the tag after the release of an image that %s', (_, image) => {
      const free = annotate(held(), { [heldAnnotation]: undefined }, { tags: { 'app:v1': image } }).object;
      expect(web(apply(free, text))).toBe(D2);
    });

    it('means the tag after the release of an image that a person set', () => {
      const released = annotate(held(), { [heldAnnotation]: undefined }).object;
      expect(apply(released, text).object).toEqual(released);
    });
  });
});

describe('a new value for fire', () => {
  const fire = { [fireAnnotation]: '1' };
  const fired = ({ status }: Outcome) => decodeTriggerStatus(status).fired;

  it.each([
    ['paused', () => stored('-app:v1'), []],
    ['held', held, ['web']],
    ['running', stored, []],
  ])('applies the tag’s image to a container that is %s, which stays so', (_, old, names) => {
    const outcome = annotate(old(), fire);
    expect(web(outcome)).toBe(D2);
    expect(fired(outcome)).toBe('1');
    expect(holds(outcome)).toEqual(names);
    const later = annotate(outcome.object, { note: 'new' }, { tags: { 'app:v1': D3 } });
    expect(web(later)).toBe(D2);
  });

  it('asks for the stream first, as memory may lag', () => {
    const outcome = annotate(stored('-app:v1'), fire, { memory: before });
    expect(web(outcome)).toBe(D2);
    expect(outcome.asked).toEqual(['shop/app']);
  });

  it('fires once, whatever becomes of the annotation', () => {
    const once = annotate(stored('-app:v1'), fire).object;
    const later = { tags: { 'app:v1': D3 } };
    const without = annotate(once, { [fireAnnotation]: undefined }, later).object;
    expect(imagesIn(without)).toEqual({ web: D2 });
    expect(imagesIn(annotate(without, fire, later).object)).toEqual({ web: D2 });
    expect(imagesIn(annotate(without, { [fireAnnotation]: '2' }, later).object)).toEqual({ web: D3 });
  });

  it('fires with an apply that says the manifest’s text again', () => {
    const old = stored('-app:v1');
    const sent = withAnnotations(withImages(old, { web: ' ' }), fire);
    expect(web(admit(sent, old, { tags: now, at: 9 }))).toBe(D2);
  });

  it('does not fire in a write that sets an image, and counts as answered', () => {
    const old = stored('-app:v1');
    const outcome = admit(withAnnotations(withImages(old, { web: explicit }), fire), old, {
      tags: now,
      writer: person,
      at: 9,
    });
    expect(web(outcome)).toBe(explicit);
    expect(fired(outcome)).toBe('1');
    expect(codes(outcome)).toEqual(['FireIgnored']);
    expect(web(annotate(outcome.object, { note: 'new' }))).toBe(explicit);
  });

  it('does not fire on create, and counts as answered', () => {
    const created = stored('-app:v1', fire);
    expect(imagesIn(created)).toEqual({ web: text });
    expect(web(annotate(created, { note: 'new' }))).toBe(text);
    expect(web(annotate(created, { [fireAnnotation]: '2' }))).toBe(D2);
  });

  it('does not fire when rollout undo brings an old one back', () => {
    const once = annotate(stored('-app:v1'), fire).object;
    const twice = annotate(once, { [fireAnnotation]: '2' }).object;
    const outcome = annotate(twice, fire, { tags: { 'app:v1': D3 }, writer: undoer });
    expect(web(outcome)).toBe(D2);
    expect(web(annotate(outcome.object, { note: 'new' }, { tags: { 'app:v1': D3 } }))).toBe(D2);
  });

  it('says when the tag gives nothing', () => {
    const outcome = annotate(stored('-app:v1'), fire, { tags: {} });
    expect(codes(outcome)).toEqual(['NoImageGiven']);
    expect(fired(outcome)).toBe('1');
  });

  it('is left to the controller when nobody can be asked', () => {
    const old = stored('-app:v1');
    const outcome = annotate(old, fire, { unreachable: true });
    expect(codes(outcome)).toEqual(['TagNotAsked']);
    expect(fired(outcome)).toBeUndefined();
    const entry = { tag: 'app:v1', image: D2, at: timeOf(10) };
    const status = encodeTriggerStatus({ containers: new Map([['web', entry]]), fired: '1' });
    const asked = annotate(
      outcome.object,
      { [triggerStatusAnnotation]: status },
      { writer: controller, at: 10 },
    );
    expect(web(asked)).toBe(D2);
    expect(fired(asked)).toBe('1');
  });

  it('does nothing to what can change no more', () => {
    expect(web(annotate(stored(), fire, { fixed: true }))).toBe(D1);
  });
});

describe('rollout undo', () => {
  /** What a ReplicaSet keeps of a Deployment, and `kubectl rollout undo` brings back: images and annotations. */
  const undo = (old: KubernetesObject, earlier: KubernetesObject, setting: Setting = {}) =>
    admit(withImages(withAnnotations(earlier, {}), imagesIn(earlier)), old, {
      tags: now,
      writer: undoer,
      at: 9,
      ...setting,
    });
  const asked = (old: KubernetesObject) => {
    const entry = { tag: 'app:v1', image: D2, at: timeOf(5) };
    const status = encodeTriggerStatus({ containers: new Map([['web', entry]]) });
    return annotate(old, { [triggerStatusAnnotation]: status }, { writer: controller, at: 5 }).object;
  };

  it('of a moved tag stays, held', () => {
    const first = stored();
    const outcome = undo(asked(first), first);
    expect(web(outcome)).toBe(D1);
    expect(holds(outcome)).toEqual(['web']);
    expect(codes(outcome)).toEqual(['ImageHeld']);
    // status and provenance are of now, not of then
    expect(decodeTriggerStatus(outcome.status).containers.get('web')?.at).toBe(timeOf(5));
  });

  it('of a digest in the manifest stays, too', () => {
    const first = admit(shape({ images: { web: D1 }, follow: { web: 'app:v1' } }), undefined, {
      tags: before,
    });
    expect(holds(undo(asked(first.object), first.object))).toEqual(['web']);
  });

  it('by another client is known by the old status it brings', () => {
    const first = admit(shape({ images: { web: D1 }, follow: { web: 'app:v1' } }), undefined, {
      tags: before,
    });
    expect(holds(undo(asked(first.object), first.object, { writer: user() }))).toEqual(['web']);
  });

  it('of an undo is the next image, held', () => {
    const first = stored();
    const second = asked(first);
    const back = undo(second, first).object;
    const forth = undo(back, second, { at: 10 });
    expect(web(forth)).toBe(D2);
    expect(holds(forth)).toEqual(['web']);
  });

  it('right after another manifest holds for that manifest, though the hold it brings is as new', () => {
    const first = held();
    const manifest = withImages(first, { web: 'quay.io/org/app:2' });
    const second = admit(withAnnotations(manifest, { [heldAnnotation]: undefined }), first, { at: 1 }).object;
    const back = undo(second, first, { tags: before, at: 1 });
    expect(web(back)).toBe(explicit);
    expect(back.held.get('web')).toMatchObject({ image: explicit, name: 'quay.io/org/app:2' });
    const free = annotate(back.object, { [releaseAnnotation]: '1' }).object;
    const again = admit(withImages(free, { web: 'quay.io/org/app:2' }), free, { tags: now, at: 9 });
    expect([web(again), holds(again)]).toEqual([D2, []]);
  });

  it('to what the tag gives now holds nothing', () => {
    const first = stored();
    const outcome = undo(asked(first), first, { tags: before });
    expect(web(outcome)).toBe(D1);
    expect(holds(outcome)).toEqual([]);
  });

  describe('that brings a removed trigger back', () => {
    const first = stored();
    const removed = admit(following(first, {}), first, { tags: now, at: 1 }).object;

    it.each([
      ['with its image', () => admit(withImages(removed, { web: explicit }), removed, { at: 2 }).object],
      ['and leaves the image as it is', () => removed],
    ])('%s holds it, and says so', (_, old) => {
      const outcome = undo(old(), first);
      expect(web(outcome)).toBe(D1);
      expect(holds(outcome)).toEqual(['web']);
      expect(outcome.notices).toEqual([
        {
          code: 'TriggerCameBack',
          message: expect.stringContaining(
            'its trigger on "app:v1" came back with an earlier state of the object, so it is held; release it with: kubectl annotate',
          ),
        },
      ]);
    });

    it('holds it where its image is the tag’s, too', () => {
      expect(holds(undo(removed, first, { tags: before }))).toEqual(['web']);
    });

    it('by another client holds it, known by the old status it brings', () => {
      expect(holds(undo(removed, first, { writer: user() }))).toEqual(['web']);
    });

    it('holds nothing where the trigger is paused', () => {
      const paused = stored('-app:v1');
      const without = admit(following(paused, {}), paused, { tags: now, at: 1 }).object;
      expect(undo(without, paused)).toMatchObject({ held: new Map(), notices: [] });
    });
  });

  it('that takes a trigger away leaves the image that it brings', () => {
    const plain = shape({ images: { web: explicit } });
    const old = admit(following(plain, { web: 'app:v1' }), plain, { tags: now, at: 1 }).object;
    expect(undo(old, plain)).toMatchObject({ images: new Map(), held: new Map(), status: undefined });
  });
});

describe('an annotation that was wrong', () => {
  it('is alive again as soon as it is right', () => {
    const old = withAnnotations(shape({ images: { web: text } }), { [triggersAnnotation]: '[{' });
    expect(web(admit(following(old, { web: 'app:v1' }), old, { tags: now }))).toBe(D2);
  });

  it('hinders none of its right entries', () => {
    const right = following(shape({ images: { web: text, side: text } }), { web: 'app:v1' });
    const entries = JSON.parse(right.metadata?.annotations?.[triggersAnnotation] ?? '') as readonly object[];
    const wrong = JSON.stringify([{ from: {}, fieldPath: 'nowhere' }, ...entries]);
    const outcome = admit(withAnnotations(right, { [triggersAnnotation]: wrong }), undefined, { tags: now });
    expect(imagesIn(outcome.object)).toEqual({ web: D2, side: text });
  });
});
