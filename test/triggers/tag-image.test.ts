import { describe, expect, it } from '@jest/globals';
import type { ImageStream, TagEvent, TagReference } from '../../src/imagestream/index.ts';
import { tagImage } from '../../src/triggers/index.ts';

const d1 = `sha256:${'1'.repeat(64)}`;
const d2 = `sha256:${'2'.repeat(64)}`;

function stream(
  items: readonly TagEvent[] | null,
  tag: Partial<TagReference> = {},
  repository = '',
): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { namespace: 'shop', name: 'app' },
    spec: { tags: [{ name: '1', ...tag }] },
    status: { dockerImageRepository: repository, tags: [{ tag: '1', items }] },
  };
}
const event = (image: string, dockerImageReference: string, generation = 1): TagEvent => ({
  ...{ created: '2026-01-01T00:00:00Z', dockerImageReference, image, generation },
});
const local = { referencePolicy: { type: 'Local' as const } };

describe('the image of a tag (triggers.md §2.6)', () => {
  it.each([
    ['the newest entry', stream([event(d2, `q.io/a@${d2}`), event(d1, `q.io/a@${d1}`)]), `q.io/a@${d2}`],
    ['also while a newer spec waits', stream([event(d1, `q.io/a@${d1}`)], { generation: 7 }), `q.io/a@${d1}`],
    [
      'also where the status is newer than the spec, as after a push',
      stream([event(d2, `q.io/a@${d2}`, 9), event(d1, `q.io/a@${d1}`)], { generation: 1 }),
      `q.io/a@${d2}`,
    ],
    [
      'the own repository for Local',
      stream([event(d1, `q.io/a@${d1}`)], local, 'reg:5000/shop/app'),
      `reg:5000/shop/app@${d1}`,
    ],
    ['the source for Local without one', stream([event(d1, `q.io/a@${d1}`)], local), `q.io/a@${d1}`],
    ['what is recorded where there is no digest', stream([event('', 'q.io/a:1')]), 'q.io/a:1'],
    ['none without entries', stream(null), undefined],
    ['none where nothing is recorded', stream([event('', '')]), undefined],
    ['none of a stream that is not there', undefined, undefined],
  ])('is %s', (_, given, image) => {
    expect(tagImage(given, '1')).toBe(image);
  });

  it('is none for a tag that the status lacks', () => {
    expect(tagImage(stream([event(d1, `q.io/a@${d1}`)]), '2')).toBeUndefined();
  });
});
