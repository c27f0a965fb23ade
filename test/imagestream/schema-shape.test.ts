import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { imageStreamShape } from '../../src/imagestream/index.ts';
import { streamExports } from './exports.ts';

const apiVersion = 'image.openshift.io/v1';
const kind = 'ImageStream';
const metadata = { name: 'app' };

describe('the shape of an ImageStream', () => {
  it.each(streamExports)('is that of OpenShift’s $file', ({ stream }) => {
    expect(imageStreamShape(stream)).toBe(true);
  });

  it.each<readonly [string, object]>([
    ['no spec and no status', {}],
    ['null for both', { spec: null, status: null }],
    ['null for what is in them', { spec: { lookupPolicy: null, tags: null }, status: { tags: null } }],
    ['null in a tag', { spec: { tags: [{ name: 'a', annotations: null, from: null, importPolicy: null }] } }],
    ['unknown keys', { spec: { more: 1, tags: [{ name: 'a', more: {} }] }, more: [] }],
    ['a name that is still to be generated', { metadata: { generateName: 'app-' } }],
    ['words that are not allowed', { spec: { tags: [{ name: 'a', importPolicy: { importMode: 'x' } }] } }],
    ['a text that JSON makes a key of its own', JSON.parse('{"metadata":{"name":"a","__proto__":[]}}')],
  ])('allows %s', (_what, more) => {
    expect(imageStreamShape({ apiVersion, kind, metadata, ...more })).toBe(true);
  });

  it.each<readonly [string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'ImageStream'],
    ['another kind', { apiVersion, kind: 'Image', metadata }],
    ['no apiVersion', { kind, metadata }],
    ['no metadata', { apiVersion, kind }],
    ['null for metadata', { apiVersion, kind, metadata: null }],
    ['a number as name', { apiVersion, kind, metadata: { name: 1 } }],
    ['a number among annotations', { apiVersion, kind, metadata: { name: 'a', annotations: { a: 1 } } }],
    ...[
      { spec: 'x' },
      { spec: [] },
      { spec: { tags: {} } },
      { spec: { tags: [null] } },
      { spec: { tags: [{}] } },
      { spec: { tags: [{ name: null }] } },
      { spec: { tags: [{ name: 'a', generation: '1' }] } },
      { spec: { tags: [{ name: 'a', generation: 1.5 }] } },
      { spec: { tags: [{ name: 'a', annotations: ['a'] }] } },
      { spec: { tags: [{ name: 'a', annotations: { a: null } }] } },
      { spec: { tags: [{ name: 'a', from: 'quay.io/a' }] } },
      { spec: { tags: [{ name: 'a', from: { name: {} } }] } },
      { spec: { tags: [{ name: 'a', importPolicy: { scheduled: 'yes' } }] } },
      { spec: { lookupPolicy: { local: null } } },
      { status: { tags: [{ items: [] }] } },
      { status: { tags: [{ tag: 'a', items: {} }] } },
      { status: { tags: [{ tag: 'a', items: [{ image: null }] }] } },
      { status: { tags: [{ tag: 'a', conditions: [{ type: 'ImportSuccess' }] }] } },
    ].map((more) => [JSON.stringify(more), { apiVersion, kind, metadata, ...more }] as const),
  ])('refuses %s', (_what, value) => {
    expect(imageStreamShape(value)).toBe(false);
  });

  it('is told of any JSON without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (spec, status) => {
        expect(typeof imageStreamShape({ apiVersion, kind, metadata, spec, status })).toBe('boolean');
      }),
    );
  });
});
