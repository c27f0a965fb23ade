import { describe, expect, it } from '@jest/globals';
import {
  fireAnnotation,
  heldAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  admit,
  controller,
  D1,
  D2,
  person,
  type Setting,
  shape,
  undoer,
  withAnnotations,
  withImages,
} from './admission-stage.ts';

const text = 'quay.io/org/app:1';
const manifest = (image = text, tag = 'app:v1') => shape({ images: { web: image }, follow: { web: tag } });
const stored = (tag?: string) => admit(manifest(text, tag), undefined, { tags: { 'app:v1': D1 } }).object;
const mine = withImages(stored(), { web: 'quay.io/x:1' });
const held = admit(mine, stored(), { tags: { 'app:v1': D1 }, writer: person, at: 1 }).object;
const asked = withAnnotations(stored(), {
  'imagestreams.io/trigger-status': JSON.stringify({
    containers: { web: { tag: 'app:v1', image: D2, at: '2026-01-01T00:05:00Z' } },
  }),
});
const bare = shape({ images: { web: text } });
const back = withAnnotations(bare, stored().metadata?.annotations as Record<string, string>);

describe('what a write came to for a container', () => {
  it.each<readonly [string, KubernetesObject, KubernetesObject | undefined, Setting]>([
    ['Left', stored(), stored(), {}],
    ['Followed', manifest(), undefined, {}],
    ['Followed', withImages(stored(), { web: ' ' }), stored(), {}],
    [
      'Replaced',
      withAnnotations(mine, { [onExplicitImageAnnotation]: 'follow' }),
      withAnnotations(stored(), { [onExplicitImageAnnotation]: 'follow' }),
      { writer: person },
    ],
    ['Held', mine, stored(), { writer: person }],
    ['CameBack', withImages(back, { web: D1 }), bare, { writer: undoer }],
    ['Kept', withImages(held, { web: ' ' }), held, {}],
    ['Kept', withImages(stored('-app:v1'), { web: 'app:v1' }), stored('-app:v1'), {}],
    ['Released', withAnnotations(held, { [heldAnnotation]: undefined }), held, { writer: person }],
    ['Released', withAnnotations(held, { [releaseAnnotation]: '1' }), held, { writer: person }],
    ['Fired', withAnnotations(held, { [fireAnnotation]: '1' }), held, { writer: person }],
    ['Written', asked, stored(), { writer: controller }],
  ])('is %s', (decision, sent, old, setting) => {
    const { decisions } = admit(sent, old, { tags: { 'app:v1': D2 }, at: 5, ...setting });
    expect(decisions).toEqual([decision]);
  });

  it('is said of each container with triggers, and of no other', () => {
    const object = shape({
      images: { web: text, side: text, log: text },
      follow: { web: 'app:v1', side: '-app:v1' },
    });
    expect(admit(object, undefined, { tags: { 'app:v1': D1 } }).decisions).toEqual(['Followed', 'Left']);
  });
});
