import { describe, expect, it } from '@jest/globals';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { problems } from './told.ts';
import { written } from './written.ts';

const most = 245_760;
const told = (bytes: number, fix: string) => [
  `metadata.annotations: Forbidden: the annotations take ${bytes} bytes, and 245760 are allowed: Kubernetes allows 262144, of which the controller keeps 16384 for its own; ${fix}`,
];
const shorten = 'shorten or remove some';
const noted = (bytes: number, more: Readonly<Record<string, string>> = {}) =>
  written({ annotations: { note: 'x'.repeat(bytes - 4), ...more } });

describe('the annotations of a stream', () => {
  it.each<readonly [string, ImageStream, ImageStream | undefined, readonly string[]]>([
    ['may take as much as there is', noted(most), undefined, []],
    ['may not take more', noted(most + 1), undefined, told(most + 1, shorten)],
    ['may not grow beyond that', noted(most + 2), noted(most + 1), told(most + 2, shorten)],
    ['may stay as large as they were', noted(most + 2), noted(most + 2), []],
    ['may shrink', noted(most + 1), noted(most + 2), []],
    [
      'are counted in bytes',
      written({ annotations: { ä: 'ä'.repeat(most / 2) } }),
      undefined,
      told(most + 2, shorten),
    ],
    [
      'are counted without those of the controller',
      noted(most, { 'imagestreams.io/tags': 'a', 'imagestreams.io/removed-tags': '[]' }),
      undefined,
      [],
    ],
    [
      'may be too many for a client-side apply',
      noted(1000, { 'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(most) }),
      undefined,
      told(
        most + 1048,
        `${most + 48} of them are the copy that kubectl apply keeps: use kubectl apply --server-side, which keeps none`,
      ),
    ],
  ])('%s', (_, next, old, expected) => {
    expect(problems(next, old)).toEqual(expected);
  });
});
