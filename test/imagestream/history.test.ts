import { describe, expect, it } from '@jest/globals';
import { addTagEvent, type NamedTagEventList, type TagEvent } from '../../src/imagestream/index.ts';

const older = { created: 'long ago', dockerImageReference: 'older', image: 'older', generation: 1 };
const head = { created: 'before', dockerImageReference: 'ref', image: 'image', generation: 2 };
const conditions = [{ type: 'ImportSuccess', status: 'False', generation: 2 }];
const list: NamedTagEventList = { tag: 't', items: [head, older], conditions };

function event(dockerImageReference: string, image: string, generation: number): TagEvent {
  return { created: 'now', dockerImageReference, image, generation };
}

describe('a tag event', () => {
  // image-streams.md §4.5, §14.1 TestAddTagEventToImageStream
  it.each<readonly [string, NamedTagEventList | undefined, TagEvent, TagEvent[] | undefined]>([
    ['begins a history where there is none', undefined, event('ref', 'image', 2), [event('ref', 'image', 2)]],
    [
      'begins a history where there are only conditions',
      { tag: 't', items: null, conditions },
      event('ref', 'image', 2),
      [event('ref', 'image', 2)],
    ],
    ['that says the same changes nothing', list, event('ref', 'image', 2), undefined],
    [
      'of another generation changes that alone',
      list,
      event('ref', 'image', 3),
      [{ ...head, generation: 3 }, older],
    ],
    [
      'of another image changes it in place',
      list,
      event('ref', 'new', 2),
      [{ ...head, image: 'new' }, older],
    ],
    [
      'of another image and generation changes them in place',
      list,
      event('ref', 'new', 3),
      [{ ...head, image: 'new', generation: 3 }, older],
    ],
    [
      'of another reference changes it in place',
      list,
      event('new', 'image', 2),
      [{ ...head, dockerImageReference: 'new' }, older],
    ],
    [
      'of another reference and generation changes them in place',
      list,
      event('new', 'image', 1),
      [{ ...head, dockerImageReference: 'new', generation: 1 }, older],
    ],
    [
      'of another image and reference becomes the newest',
      list,
      event('new', 'new', 2),
      [event('new', 'new', 2), head, older],
    ],
    [
      'that says what an older one said becomes the newest all the same',
      list,
      event('older', 'older', 1),
      [event('older', 'older', 1), head, older],
    ],
  ])('%s', (_, before, next, items) => {
    const added = addTagEvent(before, 't', next);
    if (items === undefined) expect(added).toEqual({ list: before, changed: false });
    else expect(added).toEqual({ list: { tag: 't', items }, changed: true });
  });

  it('that changes nothing gives the very same list, with its conditions', () => {
    expect(addTagEvent(list, 't', event('ref', 'image', 2)).list).toBe(list);
  });

  it('takes a missing generation, reference and image for none', () => {
    const bare = { tag: 't', items: [{ created: 'before' }] };
    expect(addTagEvent(bare, 't', event('', '', 0)).changed).toBe(false);
    expect(addTagEvent(bare, 't', { generation: 1 }).list.items).toEqual([
      { created: 'before', generation: 1 },
    ]);
  });

  it('is copied, so that histories share nothing', () => {
    const next = event('new', 'new', 3);
    expect(addTagEvent(undefined, 't', next).list.items?.[0]).not.toBe(next);
    expect(addTagEvent(list, 't', next).list.items?.[0]).not.toBe(next);
  });

  it('three times, there and back, gives three entries', () => {
    const [a, b] = [event('a', 'a', 1), event('b', 'b', 2)];
    let steps: NamedTagEventList | undefined;
    for (const next of [a, b, b, a]) steps = addTagEvent(steps, 't', next).list;
    expect(steps?.items?.map(({ image }) => image)).toEqual(['a', 'b', 'a']);
  });
});
