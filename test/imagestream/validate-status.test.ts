import { describe, expect, it } from '@jest/globals';
import {
  type AllowList,
  fieldProblemText,
  type ImageStream,
  validateImageStreamStatus,
} from '../../src/imagestream/index.ts';
import { allowListOf, insecureAllowListOf } from './told.ts';
import { digest, imported, recorded, written } from './written.ts';

const quay = allowListOf('quay.io');

const withHistory = (...references: readonly string[]) =>
  written({ status: { tags: [{ tag: 'a', items: references.map((each) => recorded(each)) }] } });

function told(next: ImageStream, old: ImageStream, allowList: AllowList = quay): readonly string[] {
  return validateImageStreamStatus({ next, old, allowList }).map(fieldProblemText);
}

describe('a status that is written', () => {
  const path = (index: number) => `status.tags[a].items[${index}].dockerImageReference`;
  const refused = (index: number) =>
    `${path(index)}: Forbidden: registry "docker.io" not allowed by whitelist: "quay.io:443"`;

  // image-streams.md §2.1, last paragraph
  it.each<readonly [string, ImageStream, ImageStream, readonly string[]]>([
    ['may record what is allowed', withHistory(`quay.io/app@${digest}`), written(), []],
    ['needs references', withHistory(''), written(), [`${path(0)}: Required value`]],
    [
      'needs references that parse',
      withHistory('//'),
      written(),
      [`${path(0)}: Invalid value: "//": invalid reference format`],
    ],
    ['may not record what is refused', withHistory('docker.io/app'), written(), [refused(0)]],
    [
      'is told each path',
      withHistory('docker.io/app', 'quay.io/app', 'docker.io/app'),
      written(),
      [refused(0), refused(2)],
    ],
    ['may keep what the old one has', withHistory('docker.io/app'), withHistory('docker.io/app'), []],
    ['may keep what does not parse', withHistory('//', ''), withHistory('', '//'), []],
    [
      'may not record another tag of a refused repository',
      withHistory('docker.io/app:2'),
      withHistory('docker.io/app:1'),
      [refused(0)],
    ],
    ['may be nothing', written(), withHistory('a'), []],
    [
      'may have null wherever OpenShift writes null',
      written({ status: { tags: [{ tag: 'a', items: null, conditions: null }] } }),
      written(),
      [],
    ],
  ])('%s', (_, next, old, expected) => {
    expect(told(next, old)).toEqual(expected);
  });

  it.each<readonly [string, ImageStream, number]>([
    ['a secure tag', written({ tags: [imported('a', 'x')] }), 1],
    ['an insecure tag', written({ tags: [imported('a', 'x', { importPolicy: { insecure: true } })] }), 0],
    [
      'another insecure tag',
      written({ tags: [imported('b', 'x', { importPolicy: { insecure: true } })] }),
      1,
    ],
    ['an insecure stream', written({ annotations: { 'openshift.io/image.insecureRepository': 'true' } }), 0],
  ])('may record plain HTTP for %s alone', (_, old, count) => {
    const list = insecureAllowListOf(true, 'reg.local');
    expect(told(withHistory('reg.local/app'), old, list)).toHaveLength(count);
  });

  it('does not make a tag insecure by its own spec', () => {
    const next = {
      ...withHistory('reg.local/app'),
      spec: { tags: [imported('a', 'x', { importPolicy: { insecure: true } })] },
    };
    expect(told(next, written(), insecureAllowListOf(true, 'reg.local'))).toHaveLength(1);
  });

  it.each([
    [0, 0],
    [1e15, 0],
    [-1, 1],
    [1e15 + 1, 1],
    [2 ** 63, 1],
  ])('with generation %p has %p problems', (generation, count) => {
    const status = { tags: [{ tag: 'a', items: [recorded('quay.io/a', generation)] }] };
    expect(told(written({ status }), written())).toHaveLength(count);
  });

  it('is told at most 32 problems', () => {
    const references = Array.from({ length: 100 }, (_, index) => `docker.io/app:${index}`);
    expect(told(withHistory(...references), written())).toHaveLength(32);
  });

  it('is told in the words of the API server when the types are wrong', () => {
    const next = { ...written(), status: { tags: [{ items: [] }] } } as unknown as ImageStream;
    expect(told(next, written())).toEqual(['status.tags[0].tag: Required value']);
  });
});
