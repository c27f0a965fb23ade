import { describe, expect, it } from '@jest/globals';
import {
  decodeTriggerStatus,
  encodeTriggerStatus,
  onExplicitImageAnnotation,
  triggerStatusAnnotation,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  admit,
  controller,
  D1,
  D2,
  D3,
  following,
  imagesIn,
  type Outcome,
  originsIn,
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
const manifest = (image = text, tag = 'app:v1') => shape({ images: { web: image }, follow: { web: tag } });
const before = { 'app:v1': D1, 'app:v2': D3 };
const now = { 'app:v1': D2, 'app:v2': D3 };

/** The workload after it was created while the tag gave D1; it is settled, and the tag may have moved since. */
const stored = (tag = 'app:v1', image = text) =>
  admit(manifest(image, tag), undefined, { tags: before }).object;

/** The same, after a person set another image on purpose. */
const held = () =>
  admit(withImages(stored(), { web: 'quay.io/x:1' }), stored(), { tags: before, writer: person, at: 1 })
    .object;

const web = ({ object }: Outcome) => imagesIn(object)['web'];
const codes = ({ notices }: Outcome) => notices.map(({ code }) => code);

describe('rule 1: a write of the controller', () => {
  const asking = (object: KubernetesObject, image = D2, tag = 'app:v1') =>
    withAnnotations(object, {
      [triggerStatusAnnotation]: encodeTriggerStatus({
        ...decodeTriggerStatus(object.metadata?.annotations?.[triggerStatusAnnotation]),
        containers: new Map([['web', { tag, image, at: timeOf(5) }]]),
      }),
    });
  const written = (old: KubernetesObject, sent: KubernetesObject, setting: Setting = {}) =>
    admit(sent, old, { tags: now, writer: controller, at: 5, ...setting });

  it('gives the image that the status names, whatever this replica remembers, and asks nobody', () => {
    const outcome = written(stored(), asking(stored()), { memory: before });
    expect(web(outcome)).toBe(D2);
    expect(outcome).toMatchObject({ held: new Map(), notices: [], asked: [] });
    expect(decodeTriggerStatus(outcome.status).containers.get('web')).toEqual({
      tag: 'app:v1',
      image: D2,
      at: timeOf(5),
    });
  });

  it('keeps what the manifest says of the image', () => {
    const origin = { name: text, imageStreamTag: 'app:v1' };
    expect(originsIn(written(stored(), asking(stored())).object).get('web')).toEqual(origin);
  });

  it('is no reason to hold when the controller sets the image itself', () => {
    const outcome = written(stored(), withImages(stored(), { web: D2 }));
    expect(outcome).toMatchObject({ images: new Map(), held: new Map(), notices: [] });
    expect(web(outcome)).toBe(D2);
  });

  it('leaves an image that the status named before, which it may have given up', () => {
    const sent = withAnnotations(withImages(stored(), { web: D3 }), { note: 'new' });
    expect(web(written(withImages(stored(), { web: D3 }), sent))).toBe(D3);
  });

  it.each([
    ['is paused', () => stored('-app:v1')],
    ['is held', held],
  ])(
    'leaves the image when the trigger %s meanwhile, and says nothing of the one it did not set',
    (_, old) => {
      const outcome = written(old(), asking(old()));
      expect(outcome.images.size).toBe(0);
      expect(outcome.status).toBe(old().metadata?.annotations?.[triggerStatusAnnotation]);
      expect(outcome.held).toEqual(written(old(), old()).held);
    },
  );

  it('leaves the image when the trigger follows another tag meanwhile', () => {
    expect(web(written(stored(), asking(stored(), D3, 'app:v2')))).toBe(D1);
  });

  it('may tell why a tag gives nothing, and that it does again', () => {
    const failure = { tag: 'app:v1', image: '', at: timeOf(5), error: 'no' };
    const status = encodeTriggerStatus({ containers: new Map([['web', failure]]) });
    const told = written(stored(), withAnnotations(stored(), { [triggerStatusAnnotation]: status }));
    expect(told.status).toBe(status);
    const over = withAnnotations(told.object, { [triggerStatusAnnotation]: undefined });
    expect(written(told.object, over).status).toBeUndefined();
  });

  it('does not change what can change no more', () => {
    expect(web(written(stored(), asking(stored()), { fixed: true }))).toBe(D1);
  });
});

describe('rule 2: on create', () => {
  it.each([text, ' ', 'app:v1', D3, 'web'])('the tag’s image takes the place of %j', (image) => {
    const outcome = admit(manifest(image), undefined, { tags: now });
    expect(web(outcome)).toBe(D2);
    expect(originsIn(outcome.object).get('web')).toEqual({ name: image, imageStreamTag: 'app:v1' });
    expect(codes(outcome)).toEqual([]);
    expect(decodeTriggerStatus(outcome.status).containers.get('web')?.image).toBe(D2);
  });

  it.each([text, ' ', 'app:v1'])('of a paused trigger %j stays as written', (image) => {
    const outcome = admit(manifest(image, '-app:v1'), undefined, { tags: now });
    expect(outcome).toMatchObject({ images: new Map(), notices: [], asked: [] });
    expect(outcome.origins.size).toBe(0);
  });

  it('of a tag without an image the image stays as written, after the stream was asked for', () => {
    const outcome = admit(manifest(), undefined, { tags: {} });
    expect(outcome).toMatchObject({ images: new Map(), asked: ['shop/app'], notices: [] });
    expect(decodeTriggerStatus(outcome.status).containers.get('web')?.image).toBe('');
  });

  it.each([
    ['is taken from memory', text, [], D1],
    ['is asked for when a digest is sent that memory does not give', D2, ['shop/app'], D2],
  ])('what the tag gives %s', (_, image, asked, expected) => {
    const outcome = admit(manifest(image), undefined, { tags: now, memory: before });
    expect(outcome.asked).toEqual(asked);
    expect(web(outcome)).toBe(expected);
  });

  it.each([text, D3])('the tag’s image also stands in for %j in a container that an update adds', (image) => {
    const old = shape({ images: { side: text }, follow: { side: 'app:v1' } });
    const sent = shape({ images: { side: text, web: image }, follow: { side: 'app:v1', web: 'app:v1' } });
    const outcome = admit(sent, old, { tags: now, at: 9 });
    expect(imagesIn(outcome.object)).toEqual({ side: text, web: D2 });
    expect(outcome.held.size).toBe(0);
    expect(admit(sent, outcome.object, { tags: now, at: 10 }).object).toEqual(outcome.object);
  });

  it('memory does when nobody can be asked', () => {
    expect(web(admit(manifest(D2), undefined, { tags: now, memory: before, unreachable: true }))).toBe(D1);
  });

  it('records of an earlier life hold nothing', () => {
    const again = withAnnotations(held(), {});
    const outcome = admit(again, undefined, { tags: now, at: 9 });
    expect(web(outcome)).toBe(D2);
    expect(outcome.held.size).toBe(0);
  });

  it('the last of several triggers that has an image wins', () => {
    const sent = shape({ images: { web: text }, follow: { web: ['app:v1', 'app:v2', 'app:nosuch'] } });
    expect(web(admit(sent, undefined, { tags: now }))).toBe(D3);
  });
});

describe('rule 3: on update without a change of image and trigger', () => {
  it.each([
    ['a running container', stored],
    ['a paused one', () => stored('-app:v1')],
    ['a held one', held],
  ])('%s is left, although the tag moved', (_, old) => {
    const outcome = admit(withAnnotations(old(), { note: 'new' }), old(), { tags: now, at: 9 });
    expect(outcome).toMatchObject({ images: new Map(), notices: [], asked: [] });
    expect(withAnnotations(outcome.object, { note: undefined })).toEqual(old());
  });

  it('says nothing in annotations where nothing was said', () => {
    const migrated = shape({ images: { web: D1 }, follow: { web: 'app:v1' } });
    expect(admit(withAnnotations(migrated, { note: 'new' }), migrated, { tags: now }).status).toBeUndefined();
  });
});

describe('rule 4: a trigger that is added, changed or resumed', () => {
  const plain = shape({ images: { web: text } });

  it.each([
    ['added', plain, 'app:v1', D2],
    ['changed', stored(), 'app:v2', D3],
    ['resumed', stored('-app:v1'), 'app:v1', D2],
    ['added while paused', plain, '-app:v1', text],
    ['changed and paused', stored(), '-app:v2', D1],
    ['paused', stored(), '-app:v1', D1],
    ['changed while held', held(), 'app:v2', 'quay.io/x:1'],
    ['added for a tag without an image', plain, 'app:nosuch', text],
    ['changed to a tag without an image', stored(), 'app:nosuch', D1],
  ])('%s', (_, old, tag, expected) => {
    const outcome = admit(following(old, { web: tag }), old, { tags: now, at: 9 });
    expect(web(outcome)).toBe(expected);
    expect(outcome.held).toEqual(admit(old, old).held);
  });

  it('is asked for before it takes the place of an image, as memory may lag', () => {
    const old = stored('-app:v1', D2);
    const outcome = admit(following(old, { web: 'app:v1' }), old, { tags: now, memory: before, at: 9 });
    expect(outcome.asked).toEqual(['shop/app']);
    expect(web(outcome)).toBe(D2);
  });

  it('leaves the image when nobody can be asked, and says so', () => {
    const outcome = admit(following(plain, { web: 'app:v1' }), plain, { tags: now, unreachable: true });
    expect(web(outcome)).toBe(text);
    expect(codes(outcome)).toEqual(['TagNotAsked']);
  });

  it('says when the tag gives no image, and why', () => {
    const outcome = admit(following(plain, { web: 'app:nosuch' }), plain, { tags: now });
    expect(outcome.notices).toEqual([
      {
        code: 'NoImageGiven',
        message: `container "web", image "${text}": "app:nosuch" gives no image, as it is not there, so the image stays "${text}"`,
      },
    ]);
  });

  it('remembers what the manifest says', () => {
    const outcome = admit(following(plain, { web: 'app:v1' }), plain, { tags: now, at: 9 });
    expect(originsIn(outcome.object).get('web')?.name).toBe(text);
    const again = admit(following(plain, { web: 'app:v1' }), outcome.object, { tags: now, at: 10 });
    expect(again.object).toEqual(outcome.object);
  });
});

describe('rule 5: a placeholder on update', () => {
  const placeholders = [' ', '', 'app:v1', text];

  it.each(placeholders)('%j gets the tag’s image', (image) => {
    const outcome = admit(withImages(stored(), { web: image }), stored(), { tags: now, at: 9 });
    expect(web(outcome)).toBe(D2);
    expect(outcome).toMatchObject({ held: new Map(), notices: [], asked: ['shop/app'] });
  });

  it.each(placeholders)('%j is the image that runs when that is the tag’s, and nobody is asked', (image) => {
    const outcome = admit(withImages(stored(), { web: image }), stored(), { tags: before, at: 9 });
    expect(outcome.asked).toEqual([]);
    expect(web(outcome)).toBe(D1);
    expect(outcome.status).toBe(stored().metadata?.annotations?.[triggerStatusAnnotation]);
  });

  it('names the stream alone where latest is followed', () => {
    const tags = { 'app:latest': D1 };
    const old = admit(manifest(text, 'app:latest'), undefined, { tags }).object;
    expect(web(admit(withImages(old, { web: 'app' }), old, { tags }))).toBe(D1);
  });

  it.each(placeholders)('%j of a held container is the image that runs', (image) => {
    const outcome = admit(withImages(held(), { web: image }), held(), { tags: now, at: 9 });
    expect(outcome).toMatchObject({ notices: [], asked: [] });
    expect(outcome.object).toEqual(held());
  });

  it.each([' ', 'app:v1'])('%j of a paused container is the image that runs', (image) => {
    const old = admit(following(stored(), { web: '-app:v1' }), stored(), { tags: before, at: 1 }).object;
    expect(admit(withImages(old, { web: image }), old, { tags: now, at: 9 }).object).toEqual(old);
    expect(admit(withImages(old, { web: text }), old, { tags: now, at: 9 }).object).toEqual(old);
  });

  it('keeps the image that runs where the tag gives none, and says so', () => {
    const outcome = admit(withImages(stored(), { web: ' ' }), stored(), { tags: {}, at: 9 });
    expect(web(outcome)).toBe(D1);
    expect(codes(outcome)).toEqual(['NoImageGiven']);
  });

  it('keeps the image that runs where nobody can be asked, and says so', () => {
    const setting = { tags: now, memory: before, unreachable: true, at: 9 };
    const old = admit(withImages(stored(), { web: D2 }), stored(), { writer: controller, at: 8 }).object;
    const outcome = admit(withImages(old, { web: ' ' }), old, setting);
    expect(web(outcome)).toBe(D2);
    expect(codes(outcome)).toEqual(['TagNotAsked']);
  });

  it('is as written where nothing ran', () => {
    const old = admit(manifest(' ', '-app:v1'), undefined, { tags: now }).object;
    expect(web(admit(withImages(old, { web: 'app:v1' }), old, { tags: now }))).toBe('app:v1');
  });

  it('of a person for a container that rests is told to have no effect', () => {
    const sent = withImages(held(), { web: 'app:v1' });
    expect(admit(sent, held(), { tags: now, writer: person, at: 9 }).notices).toEqual([
      {
        code: 'ImageStays',
        message:
          'container "web", image "app:v1": the image stays "quay.io/x:1", as the trigger on "app:v1" is held; release it with: kubectl annotate deployments/shop --namespace=app imagestreams.io/held-',
      },
    ]);
  });

  it('is the text of the manifest that was applied before, where nothing was recorded', () => {
    const migrated = shape({ images: { web: D1 }, follow: { web: 'app:v1' } });
    const sent = withImages(migrated, { web: text });
    const outcome = admit(sent, migrated, { tags: now, applied: { web: text } });
    expect(web(outcome)).toBe(D2);
    expect(web(admit(sent, migrated, { tags: now, applied: { side: text } }))).toBe(text);
  });

  it('is a digest, too, where the manifest is known to have had it', () => {
    const old = stored('app:v1', D3);
    expect(web(admit(withImages(old, { web: D3 }), old, { tags: now, at: 9 }))).toBe(D2);
  });
});

describe('rule 6: an image that is set on purpose', () => {
  it.each([
    ['kubectl set image', 'quay.io/x:1', person],
    ['a manifest with another image', 'quay.io/org/app:2', user()],
    ['rollout undo', D3, undoer],
    ['kubectl set image to what the manifest says', text, person],
    ['rollout undo to what the manifest says', text, undoer],
    ['the name of another tag', 'app:v2', person],
  ])('by %s is set, and held', (_, image, writer) => {
    const sent = withImages(stored(), { web: image });
    const outcome = admit(sent, stored(), { tags: now, writer, at: 9 });
    expect(web(outcome)).toBe(image);
    expect(outcome.held.get('web')).toMatchObject({
      image,
      since: timeOf(9),
      reason: 'SetExplicitly',
      by: 'jane',
    });
    expect(outcome.asked).toEqual(['shop/app']);
    expect(outcome.notices).toEqual([
      {
        code: 'ImageHeld',
        message: expect.stringMatching(
          /^container "web", image ".+": set on purpose, so the trigger on "app:v1" is held and no longer changes it; release it with: kubectl annotate deployments\/shop --namespace=app imagestreams\.io\/held-$/,
        ),
      },
    ]);
  });

  it('of a paused trigger is set, and nothing is held', () => {
    const old = stored('-app:v1');
    const outcome = admit(withImages(old, { web: 'quay.io/x:1' }), old, { tags: now, writer: person, at: 9 });
    expect(web(outcome)).toBe('quay.io/x:1');
    expect(outcome).toMatchObject({ held: new Map(), notices: [], asked: [] });
  });

  it('of a held container is set, and held in its place', () => {
    const outcome = admit(withImages(held(), { web: 'quay.io/x:2' }), held(), {
      tags: now,
      writer: person,
      at: 9,
    });
    expect(outcome.held.get('web')).toMatchObject({ image: 'quay.io/x:2', since: timeOf(9) });
    expect(codes(outcome)).toEqual(['ImageHeld']);
  });

  it('of a held container stays held even when it is the tag’s', () => {
    const outcome = admit(withImages(held(), { web: D2 }), held(), { tags: now, writer: person, at: 9 });
    expect(web(outcome)).toBe(D2);
    expect(outcome.held.get('web')?.image).toBe(D2);
  });

  it('that is the tag’s is none, also where this replica does not know yet', () => {
    const outcome = admit(withImages(stored(), { web: D2 }), stored(), {
      tags: now,
      memory: before,
      writer: person,
      at: 9,
    });
    expect(outcome).toMatchObject({ images: new Map(), held: new Map(), notices: [], asked: ['shop/app'] });
  });

  it('that this replica alone takes for the tag’s is one', () => {
    const old = admit(withImages(stored(), { web: D2 }), stored(), { writer: controller, at: 8 }).object;
    const sent = withImages(old, { web: D1 });
    const outcome = admit(sent, old, { tags: now, memory: before, writer: person, at: 9 });
    expect(outcome.held.get('web')?.image).toBe(D1);
  });

  it('is held when nobody can be asked', () => {
    const sent = withImages(stored(), { web: D1.replace('1', '7') });
    expect(admit(sent, stored(), { tags: now, unreachable: true, writer: person }).held.size).toBe(1);
  });

  it('is held while the tag has no image', () => {
    const old = admit(manifest(), undefined, {}).object;
    const outcome = admit(withImages(old, { web: 'quay.io/x:1' }), old, { writer: person, at: 9 });
    expect(outcome.held.size).toBe(1);
  });

  it('leaves other containers alone', () => {
    const follow = { web: 'app:v1', side: 'app:v1' };
    const old = admit(shape({ images: { web: text, side: text }, follow }), undefined, {
      tags: before,
    }).object;
    const outcome = admit(withImages(old, { web: D3 }), old, { tags: now, writer: person, at: 9 });
    expect(imagesIn(outcome.object)).toEqual({ web: D3, side: D1 });
    expect([...outcome.held.keys()]).toEqual(['web']);
  });

  it('of what can change no more is for the API server to refuse', () => {
    const outcome = admit(withImages(stored(), { web: 'quay.io/x:1' }), stored(), {
      fixed: true,
      writer: person,
    });
    expect(outcome).toMatchObject({ images: new Map(), held: new Map(), notices: [] });
  });
});

describe('rule 7: an image that is set on purpose where the workload says follow', () => {
  const follow = { [onExplicitImageAnnotation]: 'follow' };
  const set = (old: KubernetesObject, setting: Setting = {}, image = 'quay.io/x:1') => {
    const stays = withAnnotations(old, follow);
    return admit(withImages(stays, { web: image }), stays, { tags: now, writer: person, at: 9, ...setting });
  };

  it('gives way to the tag’s image, and that is told', () => {
    const outcome = set(stored());
    expect(web(outcome)).toBe(D2);
    expect(outcome.held.size).toBe(0);
    expect(outcome.notices).toEqual([
      {
        code: 'ImageReplaced',
        message: expect.stringContaining('as imagestreams.io/on-explicit-image is "follow"'),
      },
    ]);
  });

  it.each([
    ['paused', () => stored('-app:v1', D1), D1],
    ['held', held, 'quay.io/x:1'],
  ])('gives way to the image that runs while the trigger is %s', (_, old, expected) => {
    const outcome = set(old(), {}, 'quay.io/x:2');
    expect(web(outcome)).toBe(expected);
    expect(codes(outcome)).toEqual(['ImageStays']);
  });

  it('is set where the tag gives none', () => {
    const outcome = set(stored(), { tags: {} });
    expect(web(outcome)).toBe('quay.io/x:1');
    expect(outcome.held.size).toBe(0);
  });

  it('is any other word’s business not', () => {
    const old = withAnnotations(stored(), { [onExplicitImageAnnotation]: 'hold' });
    expect(admit(withImages(old, { web: D3 }), old, { tags: now, writer: person }).held.size).toBe(1);
  });
});
