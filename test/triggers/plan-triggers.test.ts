import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeHeld, type TriggeredWorkload, type TriggerPlan } from '../../src/triggers/index.ts';
import { entry, kindOf, named, text } from './fixtures.ts';
import { carriedOut, following, planFor, type Tags, time } from './following.ts';

const fire = 'imagestreams.io/fire';
const held = 'imagestreams.io/held';
const status = 'imagestreams.io/trigger-status';

const onTag = (name: string, container = 'web', rest: object = {}) =>
  entry({ from: { kind: 'ImageStreamTag', name }, fieldPath: named(container), ...rest });
const onOther = (name: string, container = 'web') =>
  onTag(name, container, { from: { kind: 'ImageStreamTag', name, namespace: 'base' } });

const tags: Tags = { 'shop/app:1': 'q/app@K1', 'shop/db:1': 'q/db@D1', 'base/jre:21': 'q/jre@J1' };

const images = ({ images: planned }: TriggerPlan) =>
  Object.fromEntries(planned.map(({ container, to }) => [container.name, to]));
const statusOf = ({ status: encoded }: TriggerPlan) => JSON.parse(encoded ?? '{}') as unknown;
const holding = (...names: readonly string[]) => ({
  [held]:
    encodeHeld(
      new Map(
        names.map(
          (name) => [name, { image: 'mine', since: time, reason: 'SetExplicitly', by: 'ada' }] as const,
        ),
      ),
    ) ?? '',
});

describe('the images of a workload', () => {
  it('become those of its tags, in one write, with a status that names them', () => {
    const plan = planFor(following(text(onTag('app:1'), onTag('db:1', 'db')), { web: 'old', db: ' ' }), tags);
    expect(plan.write).toBe(true);
    expect(images(plan)).toEqual({ web: 'q/app@K1', db: 'q/db@D1' });
    expect(statusOf(plan)).toEqual({
      containers: {
        db: { tag: 'db:1', image: 'q/db@D1', at: time },
        web: { tag: 'app:1', image: 'q/app@K1', at: time },
      },
    });
  });

  it('are left when they are there already, whatever the status says', () => {
    const workload = following(text(onTag('app:1')), { web: 'q/app@K1' });
    expect(planFor(workload, tags)).toMatchObject({ write: false, images: [] });
    expect(planFor({ ...workload, status: 'no JSON' }, tags).write).toBe(false);
  });

  it('count although other entries are bad or have no image', () => {
    const bad = entry({ fieldPath: named('none') });
    const workload = following(text(bad, onTag('gone:1', 'db'), 7, onTag('app:1')), {
      web: 'old',
      db: 'old',
    });
    const plan = planFor(workload, tags);
    expect(images(plan)).toEqual({ web: 'q/app@K1' });
    expect(plan.failed).toMatchObject([{ kind: 'NoImage', trigger: { tag: '1', stream: 'gone' } }]);
  });

  const byIndex = { fieldPath: 'spec.template.spec.containers[0].image' };
  it.each([
    ['the last of two spellings', text(onTag('app:1'), onTag('db:1', 'web', byIndex)), 'q/db@D1'],
    ['the last that has an image', text(onTag('app:1'), onTag('gone:1', 'web', byIndex)), 'q/app@K1'],
    [
      'the last not paused',
      text(onTag('app:1'), onTag('db:1', 'web', { ...byIndex, paused: true })),
      'q/app@K1',
    ],
    ['the last, even when it is there', text(onTag('app:1'), onTag('here:1', 'web', byIndex)), undefined],
    ['none of repeated paths, which have no single reading', text(onTag('app:1'), onTag('db:1')), undefined],
  ])('of several triggers are those of %s', (_, triggers, image) => {
    const plan = planFor(following(triggers, { web: 'here' }), { ...tags, 'shop/here:1': 'here' });
    expect(images(plan)).toEqual(image === undefined ? {} : { web: image });
  });

  it('revive at once when a broken annotation is corrected', () => {
    const broken = following('[{"from":', { web: 'old' });
    expect(planFor(broken, tags).write).toBe(false);
    expect(images(planFor({ ...broken, triggers: text(onTag('app:1')) }, tags))).toEqual({ web: 'q/app@K1' });
  });
});

/** Upstream aborts the object where an entry is wrong; here that entry alone is left out. */
describe('the cases of the original reactor (triggers.md §6.1)', () => {
  const streams: Tags = { 'other/stream-1:1': 'image-lookup-1' };
  const from = { kind: 'ImageStreamTag', name: 'stream-1:1', namespace: 'other' };
  const unresolved = { ...from, name: 'stream-2:1' };
  const on = (fieldPath: string, rest: object = {}) => ({ from, fieldPath, ...rest });
  const base = 'spec.template.spec.containers';
  const test = { test: '' };
  const init = { containers: [], initContainers: [{ name: 'test', image: '' }] };
  it.each([
    [0, '[]', test, {}, {}],
    [1, text(on(named('test'))), {}, {}, {}],
    [2, text(on(`${base}[?(@.name=="test")]`)), test, {}, {}],
    [3, text(on(`${base}[?(@.name=="test").image`)), test, {}, {}],
    [4, text(on(`${base}[@.name=test].image`)), test, {}, {}],
    [5, text(on(named('test'), { from: unresolved })), test, {}, {}],
    [6, text(on(named('test'))), test, {}, { test: 'image-lookup-1' }],
    [7, text(on(named('test', 'initContainers'))), {}, init, { test: 'image-lookup-1' }],
    [8, text(on(named('test'), { paused: true })), test, {}, {}],
    [
      9,
      text(on(named('test')), on(named('test2'), { from: unresolved })),
      { test: '', test2: '' },
      {},
      { test: 'image-lookup-1' },
    ],
    [
      10,
      text(on(named('test')), on(named('test2'), { from: unresolved })),
      { test: '', test2: 'old-image' },
      {},
      { test: 'image-lookup-1' },
    ],
    [
      11,
      text(on(named('test')), on(named('test2'))),
      { test: '', test2: 'old-image' },
      {},
      { test: 'image-lookup-1', test2: 'image-lookup-1' },
    ],
  ])('row %d', (_, triggers, present, podSpec, expected) => {
    const kind = kindOf('statefulsets');
    expect(images(planFor(following(triggers, present, {}, { kind, podSpec }), streams, { kind }))).toEqual(
      expected,
    );
  });
});

describe('triggers that rest', () => {
  it.each([
    ['paused', text(onTag('app:1', 'web', { paused: true })), {}, 'Paused'],
    ['held', text(onTag('app:1')), holding('web'), 'Held'],
  ])('%s ones change nothing and say what they leave', (_, triggers, annotations, reason) => {
    const plan = planFor(following(triggers, { web: 'old' }, annotations), tags);
    expect(plan.write).toBe(false);
    expect(plan.resting).toMatchObject([{ reason, from: 'old', to: 'q/app@K1', tag: 'app:1' }]);
  });

  it('do not hinder those of other containers', () => {
    const triggers = text(
      onTag('app:1', 'web', { paused: true }),
      onTag('db:1', 'db'),
      onTag('app:1', 'side'),
    );
    const workload = following(triggers, { web: 'old', db: 'old', side: 'old' }, holding('side'));
    expect(images(planFor(workload, tags))).toEqual({ db: 'q/db@D1' });
  });

  it('keep what the status says of them', () => {
    const before = { containers: { web: { tag: 'app:1', image: 'q/app@K0', at: 'then' } }, released: 'r' };
    const annotations = { [status]: JSON.stringify(before), ...holding('web') };
    const triggers = text(onTag('app:1'), onTag('db:1', 'db'));
    const plan = planFor(following(triggers, { web: 'mine', db: 'old' }, annotations), tags);
    expect(statusOf(plan)).toEqual({
      ...before,
      containers: { ...before.containers, db: { tag: 'db:1', image: 'q/db@D1', at: time } },
    });
  });
});

describe('fire', () => {
  const triggers = text(onTag('app:1', 'web', { paused: true }), onTag('db:1', 'db'));
  const workload = following(triggers, { web: 'old', db: 'mine' }, { [fire]: 'a', ...holding('db') });

  it('lets paused and held triggers act once', () => {
    const plan = planFor(workload, tags);
    expect(images(plan)).toEqual({ web: 'q/app@K1', db: 'q/db@D1' });
    expect(statusOf(plan)).toMatchObject({ fired: 'a' });
    const fired = carriedOut(workload, plan);
    expect(planFor(fired, { ...tags, 'shop/app:1': 'q/app@K2' })).toMatchObject({ write: false, images: [] });
    expect(images(planFor({ ...fired, fire: 'b' }, { ...tags, 'shop/app:1': 'q/app@K2' }))).toEqual({
      web: 'q/app@K2',
    });
  });

  it('is answered also where there is nothing to change, so that it does not act later', () => {
    const current = following(
      text(onTag('app:1', 'web', { paused: true })),
      { web: 'q/app@K1' },
      { [fire]: 'a' },
    );
    const plan = planFor(current, tags);
    expect(plan).toMatchObject({ write: true, images: [] });
    expect(statusOf(plan)).toMatchObject({ fired: 'a' });
    expect(planFor(carriedOut(current, plan), { ...tags, 'shop/app:1': 'q/app@K2' }).write).toBe(false);
  });

  it('waits while it is not known whether an image may be had', () => {
    const paused = text(onTag('app:1', 'web', { paused: true }), onOther('jre:21', 'db'));
    const asking = following(paused, { web: 'old', db: 'old' }, { [fire]: 'a' });
    expect(planFor(asking, { ...tags, 'base/jre:21': 'Unknown' })).toMatchObject({ write: false });
  });
});

describe('a tag of another namespace', () => {
  const workload = following(text(onOther('jre:21'), onTag('db:1', 'db')), { web: 'old', db: 'q/db@D1' });

  it('is followed as far as it may be', () => {
    expect(images(planFor(workload, tags))).toEqual({ web: 'q/jre@J1' });
    expect(statusOf(planFor(workload, tags))).toMatchObject({ containers: { web: { tag: 'base/jre:21' } } });
  });

  it('is refused in the status, which names no image, until it may be followed', () => {
    const refused = planFor(workload, { ...tags, 'base/jre:21': 'NotAllowed' });
    expect(refused).toMatchObject({ write: true, images: [] });
    expect(statusOf(refused)).toMatchObject({
      containers: { web: { tag: 'base/jre:21', image: '', error: expect.stringContaining('rolebinding') } },
    });
    const told = carriedOut(workload, refused);
    expect(planFor(told, { ...tags, 'base/jre:21': 'NotAllowed' }).write).toBe(false);
    expect(planFor(told, { ...tags, 'base/jre:21': 'Unknown' }).write).toBe(false);
    expect(statusOf(planFor(told, tags))).toMatchObject({
      containers: { web: { tag: 'base/jre:21', image: 'q/jre@J1', at: time } },
    });
    const granted = planFor(told, { ...tags, 'base/jre:21': 'NoImage' });
    expect(granted.write).toBe(true);
    expect(granted.status).not.toContain('error');
  });
});

describe('what cannot be changed once stored', () => {
  const at = (path: string) =>
    text(entry({ from: { kind: 'ImageStreamTag', name: 'app:1' }, fieldPath: path }));
  const container = 'spec.containers[?(@.name=="web")].image';

  it.each([
    ['a Job', 'jobs', at(named('web')), {}, 'Immutable'],
    ['a pod that runs once', 'pods', at(container), { restartPolicy: 'OnFailure' }, 'Ends'],
    [
      'an init container of a pod',
      'pods',
      at('spec.initContainers[0].image'),
      { initContainers: [{ name: 'init', image: 'old' }] },
      'InitContainer',
    ],
  ])('%s is told apart', (_, resource, triggers, podSpec, reason) => {
    const kind = kindOf(resource);
    const plan = planFor(following(triggers, { web: 'old' }, {}, { kind, podSpec }), tags, { kind });
    expect(plan).toMatchObject({ write: false, images: [], resting: [{ reason, to: 'q/app@K1' }] });
  });

  it('is not the regular container of a pod that restarts', () => {
    const kind = kindOf('pods');
    expect(images(planFor(following(at(container), { web: 'old' }, {}, { kind }), tags, { kind }))).toEqual({
      web: 'q/app@K1',
    });
  });
});

describe('an image that was written before', () => {
  const before = { containers: { web: { tag: 'app:1', image: 'q/app@K1', at: 'then' } } };
  const annotations = { [status]: JSON.stringify(before) };
  const workload = following(text(onTag('app:1')), { web: 'theirs' }, annotations);

  it.each([
    ['is written again over another', 'theirs', tags, true],
    ['is no repetition over a blank', ' ', tags, false],
    ['is no repetition when the tag has moved', 'theirs', { 'shop/app:1': 'q/app@K2' }, false],
  ])('%s', (_, image, now, again) => {
    const plan = planFor({ ...workload, containers: [{ ...workload.containers[0]!, image }] }, now);
    expect(plan.images).toMatchObject([{ again }]);
    expect(plan.status).not.toBe(workload.status);
  });

  it('is not written while another writer is given way', () => {
    const plan = planFor(workload, tags, { yielding: new Set(['web']) });
    expect(plan).toMatchObject({ write: false, resting: [{ reason: 'Yielding' }] });
  });
});

describe('planning', () => {
  const name = fc.constantFrom('web', 'db', 'side');
  const image = fc.constantFrom('old', ' ', 'q/app@K1', 'q/db@D1', 'q/jre@J1');
  const trigger = fc.record({
    from: fc.record({
      kind: fc.constant('ImageStreamTag'),
      name: fc.constantFrom('app:1', 'db:1', 'jre:21', 'gone:1', 'bad'),
      namespace: fc.constantFrom('', 'base'),
    }),
    fieldPath: fc.oneof(
      name.map((each) => named(each)),
      fc.constant('spec.template.spec.containers[0].image'),
    ),
    paused: fc.boolean(),
  });
  const answers = fc.dictionary(
    fc.constantFrom('shop/app:1', 'shop/db:1', 'base/jre:21', 'base/app:1'),
    fc.constantFrom('NoImage', 'NotAllowed', 'Unknown', 'q/app@K1', 'q/app@K2', 'q/db@D1'),
  );
  const workload = fc
    .record({
      triggers: fc.array(trigger, { maxLength: 5 }),
      images: fc.record({ web: image, db: image, side: image }),
      held: fc.subarray(['web', 'db']),
      fire: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    })
    .map((each) =>
      following(text(...each.triggers), each.images, {
        ...(each.held.length === 0 ? {} : holding(...each.held)),
        ...(each.fire === undefined ? {} : { [fire]: each.fire }),
      }),
    );

  it('finds nothing more to do once its plan was carried out', () => {
    fc.assert(
      fc.property(workload, answers, (before, now) => {
        const plan = planFor(before, now as Tags);
        const after = planFor(carriedOut(before, plan), now as Tags, { time: 'later' });
        expect(after).toMatchObject({ write: false, images: [] });
      }),
    );
  });

  it('gives the same in the end whatever the tags pointed to in between', () => {
    const pullSpec = fc.constantFrom('q/app@K1', 'q/app@K2', 'q/db@D1');
    const given = fc.record({
      'shop/app:1': pullSpec,
      'shop/db:1': pullSpec,
      'base/jre:21': pullSpec,
      'base/app:1': pullSpec,
    });
    const unfired = workload.map((each): TriggeredWorkload => ({ ...each, fire: undefined }));
    fc.assert(
      fc.property(unfired, given, given, (before, between, last) => {
        const imagesOf = (from: TriggeredWorkload) =>
          carriedOut(from, planFor(from, last)).containers.map(({ image: each }) => each);
        expect(imagesOf(carriedOut(before, planFor(before, between)))).toEqual(imagesOf(before));
      }),
    );
  });
});
