import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { pushedDigest, releasedImage, valuesWithImage } from '../../release/chart-values.ts';
import { checkout } from '../../release/program.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const values = readFileSync(join(checkout, 'charts/imagestreams/values.yaml'), 'utf8');

describe("the chart's values", () => {
  const image = { registry: 'example.com:5000', repository: 'team/app', digest };

  it('have the released image, and nothing else changes', () => {
    const before = parse(values);
    const after = parse(valuesWithImage(values, image));
    expect(after).toEqual({ ...before, image: { ...before.image, ...image } });
  });

  it('keep their comments', () => {
    const comments = (text: string) => text.split('\n').filter((line) => line.trim().startsWith('#'));
    expect(comments(valuesWithImage(values, image))).toEqual(comments(values));
  });
});

describe('a released image', () => {
  it.each([
    [`ghcr.io/a/b@${digest}`, { registry: 'ghcr.io', repository: 'a/b', digest }],
    [`localhost:5000/b@${digest}`, { registry: 'localhost:5000', repository: 'b', digest }],
  ])('%s is read', (text, image) => expect(releasedImage(text)).toEqual(image));

  it.each(['ghcr.io/a/b:1.2.3', 'ghcr.io/a/b@sha256:abc', `b@${digest}`, ''])('"%s" is none', (text) => {
    expect(() => releasedImage(text)).toThrow(`"${text}" is no image by digest`);
  });
});

describe('what helm push says', () => {
  it('names the digest', () => {
    expect(pushedDigest(`Pushed: example.com/charts/app:1.2.3\nDigest: ${digest}\n`)).toBe(digest);
  });
  it('is an error without one', () =>
    expect(() => pushedDigest('Pushed')).toThrow('named no digest: Pushed'));
});
