import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  encodeHeld,
  encodeTriggerStatus,
  fireAnnotation,
  heldAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
  type TriggerWriter,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  admit,
  controller,
  D1,
  D2,
  D3,
  exact,
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

const image = fc.constantFrom(
  'quay.io/org/app:1',
  'quay.io/x:1',
  ' ',
  'app:v1',
  'app:v2',
  D1,
  D2,
  D3,
  exact('7'),
);
const containers = fc.record({ web: image, side: image });
const tag = fc.constantFrom('app:v1', '-app:v1', 'app:v2', 'other/app:v1', 'app:nosuch');
const follow = fc.record(
  { web: fc.oneof(tag, fc.tuple(tag, tag)), side: tag },
  { requiredKeys: [] },
) as fc.Arbitrary<Readonly<Record<string, string | readonly string[]>>>;
const gives = fc.constantFrom(D1, D2, D3, undefined);
const tags = fc.record({ 'app:v1': gives, 'app:v2': gives, 'other/app:v1': gives });

const time = fc.constantFrom(-30, -3, 0, 5, 10, 20).map(timeOf);
/** What is told as of this very request cannot be told from what an earlier call for it told. */
const past = fc.constantFrom(-30, -3).map(timeOf);
const statuses = fc
  .record(
    {
      web: fc.record({ tag: fc.constantFrom('app:v1', 'app:v2'), image: gives, at: past }),
      fired: fc.constantFrom('1', '2'),
      released: fc.constantFrom('1', '2'),
      restored: time,
    },
    { requiredKeys: [] },
  )
  .map(({ web, ...rest }) =>
    encodeTriggerStatus({
      containers: new Map(web === undefined ? [] : [['web', { ...web, image: web.image ?? '' }]]),
      ...rest,
    }),
  );
const holds = fc
  .record({
    image,
    since: time,
    by: fc.constantFrom('jane', 'joe'),
    name: fc.option(image, { nil: undefined }),
  })
  .map(({ name, ...hold }) =>
    encodeHeld(
      new Map([['web', { ...hold, reason: 'SetExplicitly', ...(name === undefined ? {} : { name }) }]]),
    ),
  );
const changes = fc.record(
  {
    [triggerStatusAnnotation]: fc.oneof(statuses, fc.constantFrom('{', '[]', undefined)),
    [heldAnnotation]: fc.oneof(holds, fc.constantFrom('{', '{}', '', undefined)),
    [fireAnnotation]: fc.constantFrom('1', '2', undefined),
    [releaseAnnotation]: fc.constantFrom('1', '2', undefined),
    [onExplicitImageAnnotation]: fc.constantFrom('follow', 'hold', undefined),
    [triggersAnnotation]: fc.constantFrom('[{', '[{}]', 'null'),
  },
  { requiredKeys: [] },
);

const writer: fc.Arbitrary<TriggerWriter> = fc.constantFrom(
  controller,
  person,
  undoer,
  user(),
  user({ name: 'joe' }),
);
const setting: fc.Arbitrary<Setting> = fc.record(
  {
    writer,
    tags,
    memory: tags,
    at: fc.constantFrom(0, 5, 10),
    fixed: fc.boolean(),
    unreachable: fc.boolean(),
    applied: containers,
  },
  { requiredKeys: ['writer', 'tags', 'at'] },
);

/** What is stored: the outcome of a create, of a few updates, and sometimes of nothing that admission saw. */
const stored: fc.Arbitrary<KubernetesObject> = fc
  .tuple(
    fc
      .tuple(containers, follow, changes)
      .map(([images, triggers, annotations]) => shape({ images, follow: triggers, annotations })),
    fc.array(fc.tuple(fc.record({ web: image, side: image }, { requiredKeys: [] }), setting), {
      maxLength: 3,
    }),
    fc.boolean(),
  )
  .map(([first, updates, isSeen]) => {
    const unseen = withAnnotations(first, {
      [triggerStatusAnnotation]: undefined,
      [heldAnnotation]: undefined,
    });
    let object = isSeen ? admit(first, undefined, { tags: { 'app:v1': D1 } }).object : unseen;
    for (const [images, each] of updates) object = admit(withImages(object, images), object, each).object;
    return object;
  });

const sentFor = (old: KubernetesObject) =>
  fc
    .tuple(
      fc.record({ web: image, side: image }, { requiredKeys: [] }),
      fc.option(follow, { nil: undefined }),
      changes,
    )
    .map(([images, triggers, annotations]) => {
      const sent = withImages(old, images);
      return withAnnotations(triggers === undefined ? sent : following(sent, triggers), annotations);
    });

const updates = stored.chain((old) => fc.tuple(fc.constant(old), sentFor(old), setting));
const creates = fc.tuple(stored, setting).map(([object, each]) => [undefined, object, each] as const);
const writes = fc.oneof(updates, creates);

describe('a decision', () => {
  it('over its own outcome changes nothing, a moment later and by a replica that lags', () => {
    fc.assert(
      fc.property(writes, tags, ([old, sent, first], lagging) => {
        const { tags: truth = {}, at = 0 } = first;
        const known = { ...first, memory: truth, unreachable: false };
        const once = admit(sent, old, known);
        // on create memory is believed where it has an image
        const memory = old === undefined ? truth : lagging;
        expect(admit(once.object, old, { ...known, memory, at: at + 0.5 }).object).toEqual(once.object);
      }),
      { numRuns: 2000 },
    );
  });

  it('over the outcome of a replica that lags is the same, or what it would have been without', () => {
    fc.assert(
      fc.property(writes, ([old, sent, first]) => {
        const { tags: truth = {}, at = 0 } = first;
        const known = { ...first, memory: truth, unreachable: false };
        const lagging = admit(sent, old, { ...first, unreachable: false });
        const right = admit(sent, old, known);
        const again = admit(lagging.object, old, { ...known, at: at + 0.5 });
        for (const name of ['web', 'side']) {
          const essence = ({ object, held }: Outcome) => [imagesIn(object)[name], held.has(name)];
          expect([essence(lagging), essence(right)]).toContainEqual(essence(again));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('over its own outcome changes nothing where nobody can be asked', () => {
    fc.assert(
      fc.property(writes, ([old, sent, first]) => {
        const once = admit(sent, old, { ...first, unreachable: true });
        const again = admit(once.object, old, { ...first, unreachable: true, at: (first.at ?? 0) + 0.5 });
        expect(again.object).toEqual(once.object);
      }),
      { numRuns: 2000 },
    );
  });

  it('over what was stored of it changes nothing', () => {
    fc.assert(
      fc.property(writes, writer, ([old, sent, first], other) => {
        const { object } = admit(sent, old, first);
        const restores = other.kind === 'User' && other.restores;
        const again = admit(object, object, { ...first, writer: other, at: (first.at ?? 0) + 60 });
        // an undo that changes nothing is none; kubectl does not send it
        if (!restores) expect(again).toMatchObject({ images: new Map(), notices: [], asked: [] });
        expect(again.object).toEqual(object);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no image away because a replica lags', () => {
    fc.assert(
      fc.property(updates, tags, tags, ([old, sent, each], one, other) => {
        fc.pre(each.unreachable !== true);
        const [first, second] = [one, other].map((memory) =>
          imagesIn(admit(sent, old, { ...each, memory }).object),
        );
        for (const name of ['web', 'side']) {
          const [here, there, before] = [first?.[name], second?.[name], imagesIn(old)[name]];
          // the same, but that one of them may leave what runs, which the controller mends
          if (here !== there) expect([here, there]).toContain(before);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never holds a container that a person did not touch, nor lets one go that he did not let go', () => {
    fc.assert(
      fc.property(updates, tags, ([old, , each], memory) => {
        const sent = withAnnotations(old, { note: 'new' });
        fc.pre(JSON.stringify(admit(old, old, each).object) === JSON.stringify(old));
        const outcome = admit(sent, old, { ...each, memory, writer: user() });
        expect(withAnnotations(outcome.object, { note: undefined })).toEqual(old);
      }),
    );
  });

  it('changes images of containers with triggers only, and its own annotations', () => {
    fc.assert(
      fc.property(writes, ([old, sent, each]) => {
        const { images, held } = admit(sent, old, each);
        const triggered = new Set(
          Object.keys(imagesIn(sent)).filter(
            (name) =>
              sent.metadata?.annotations?.[triggersAnnotation]?.includes(`"${name}`) || name === 'web',
          ),
        );
        for (const name of [...images.keys(), ...held.keys()]) expect(triggered).toContain(name);
      }),
    );
  });

  it('survives any text in any of its annotations', () => {
    const anything = fc.dictionary(
      fc.constantFrom(
        triggerStatusAnnotation,
        heldAnnotation,
        fireAnnotation,
        releaseAnnotation,
        triggersAnnotation,
      ),
      fc.oneof(fc.string(), fc.json()),
    );
    fc.assert(
      fc.property(anything, anything, setting, (one, other, each) => {
        const [old, sent] = [one, other].map((annotations) =>
          shape({ images: { web: D1 }, follow: { web: 'app:v1' }, annotations }),
        ) as [KubernetesObject, KubernetesObject];
        admit(sent, old, each);
        admit(sent, undefined, each);
      }),
    );
  });
});
