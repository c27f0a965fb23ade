import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactReference, type ImageReference, localName, parseReference } from '../../src/reference/index.ts';

const hex = '3c87c572822935df60f0f5d3665bd376841a7fcfeb806b5f212de6a00e9a7b25';
const digest = `sha256:${hex}`;
const long = (length: number): string => 'a'.repeat(length);

type Row = readonly [
  text: string,
  registry: string,
  namespace: string,
  name: string,
  tag: string,
  id: string,
];

// image-policy.md §16.10
const accepted: readonly Row[] = [
  ['foo', '', '', 'foo', '', ''],
  ['foo:tag', '', '', 'foo', 'tag', ''],
  [digest, '', '', 'sha256', hex, ''],
  [`foo@${digest}`, '', '', 'foo', '', digest],
  ['bar/foo', '', 'bar', 'foo', '', ''],
  ['bar/foo:tag', '', 'bar', 'foo', 'tag', ''],
  [`bar/foo@${digest}`, '', 'bar', 'foo', '', digest],
  ['bar/foo/baz', '', 'bar', 'foo/baz', '', ''],
  ['bar/foo/baz:tag', '', 'bar', 'foo/baz', 'tag', ''],
  [`bar/foo/baz@${digest}`, '', 'bar', 'foo/baz', '', digest],
  ['bar/library/baz', '', 'bar', 'library/baz', '', ''],
  ['bar/foo/baz/biz', '', 'bar', 'foo/baz/biz', '', ''],
  ['bar:5000/foo/baz', 'bar:5000', 'foo', 'baz', '', ''],
  ['bar:5000/foo/baz:tag', 'bar:5000', 'foo', 'baz', 'tag', ''],
  [`bar:5000/foo/baz@${digest}`, 'bar:5000', 'foo', 'baz', '', digest],
  ['bar:5000/library/baz', 'bar:5000', 'library', 'baz', '', ''],
  ['bar:5000/baz', 'bar:5000', '', 'baz', '', ''],
  ['myregistry.io/foo', 'myregistry.io', '', 'foo', '', ''],
  ['localhost/bar', 'localhost', '', 'bar', '', ''],
  ['docker.io/myapp', 'docker.io', '', 'myapp', '', ''],
  ['index.docker.io/bar', 'index.docker.io', '', 'bar', '', ''],
  ['quay.io/org', 'quay.io', '', 'org', '', ''],
  ['localhost:5000/org', 'localhost:5000', '', 'org', '', ''],
  ['docker.io/library/myapp', 'docker.io', 'library', 'myapp', '', ''],
  ['docker.io/user/myapp', 'docker.io', 'user', 'myapp', '', ''],
  ['docker.io/user/project/myapp', 'docker.io', 'user', 'project/myapp', '', ''],
  [`bar:5000/${long(63)}/${long(182)}:tag`, 'bar:5000', long(63), long(182), 'tag', ''],
  [`docker.io/library/${long(231)}:tag`, 'docker.io', 'library', long(231), 'tag', ''],
  [`docker.io/${long(231)}:tag`, 'docker.io', '', long(231), 'tag', ''],
  ['quay.io', 'quay.io', '', '', '', ''],
  ['localhost:5000', 'localhost:5000', '', '', '', ''],
  ['wildfly:15.0', '', '', 'wildfly', '15.0', ''],
  // §17 row 13: a dot or a leading `localhost` makes one segment a registry
  ['my.stream:latest', 'my.stream:latest', '', '', '', ''],
  ['localhost-app:1', 'localhost-app:1', '', '', '', ''],
  [`my.stream@${digest}`, `my.stream@${digest}`, '', '', '', digest],
];

const refused: readonly (readonly [text: string, code: string])[] = [
  [`bar:5000/${long(63)}/${long(183)}:tag`, 'NameTooLong'],
  [`docker.io/${long(246)}:tag`, 'NameTooLong'],
  ['registry.io/foo/bar/:Tag', 'InvalidFormat'],
  ['https://bar:5000/foo/baz', 'InvalidFormat'],
  [`http://bar:5000/foo/baz@${digest}`, 'InvalidFormat'],
  ['registry:3000/integration/imageStream:success', 'Uppercase'],
  [
    'registry:5000/integration/test-image-stream@sha256:00000000000000000000000000000001',
    'InvalidDigestLength',
  ],
  ['abc@badid', 'InvalidFormat'],
  ['index.docker.io/mysql@sha256:bad', 'InvalidFormat'],
  [`@${digest}`, 'InvalidFormat'],
  [':tag', 'InvalidFormat'],
  ['bar/foo/baz////biz', 'InvalidFormat'],
  ['//foo/baz/biz', 'InvalidFormat'],
  ['ftp://baz/baz/biz', 'InvalidFormat'],
  ['', 'Empty'],
  [' ', 'InvalidFormat'],
  [`foo@md5:${hex}`, 'UnsupportedDigestAlgorithm'],
  [`foo:${long(129)}`, 'InvalidFormat'],
];

describe('parseReference', () => {
  it.each(accepted)('takes %s apart', (text, registry, namespace, name, tag, id) => {
    expect(parseReference(text)).toEqual({ ok: true, reference: { registry, namespace, name, tag, id } });
  });

  it.each(refused)('refuses %j as %s', (text, code) => {
    expect(parseReference(text)).toMatchObject({ ok: false, code });
  });

  it('answers at once on text made to make patterns backtrack', () => {
    for (const text of [
      `${long(20_000)}!`,
      `${'a-'.repeat(200)}!`,
      `${'a.'.repeat(200)}/!`,
      `${'a/'.repeat(300)}`,
    ]) {
      expect(parseReference(text)).toMatchObject({ ok: false });
    }
  });

  it('never throws, and reads its own exact form back as the same image', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), references()), (text) => {
        const parsed = parseReference(text);
        if (!parsed.ok) return;
        const exact = exactReference(parsed.reference);
        if (parsed.reference.name === '') expect(exact).toBe('');
        else {
          const tag = parsed.reference.id === '' ? parsed.reference.tag : '';
          expect(parseReference(exact)).toEqual({ ok: true, reference: { ...parsed.reference, tag } });
        }
      }),
    );
  });
});

function references(): fc.Arbitrary<string> {
  const part = fc.stringMatching(/^[a-z0-9]{1,5}([._-][a-z0-9]{1,3})?$/);
  return fc
    .tuple(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', ':1', ':v1.2_x', ':5000'),
      fc.boolean(),
    )
    .map(([parts, tag, exact]) => `${parts.join('/')}${tag}${exact ? `@${digest}` : ''}`);
}

describe('localName', () => {
  it.each([
    ['mysql', { stream: 'mysql', tag: 'latest' }],
    ['mysql:5.7', { stream: 'mysql', tag: '5.7' }],
    ['a/b', undefined],
    ['host.io/a', undefined],
    [`a@${digest}`, undefined],
    [`a:1@${digest}`, undefined],
    ['my.stream', undefined],
    ['localhost-app', undefined],
  ])('%s names %j', (text, name) => {
    const parsed = parseReference(text);
    expect(parsed.ok && localName(parsed.reference)).toEqual(name);
  });
});

describe('exactReference', () => {
  const reference: ImageReference = { registry: 'r.io', namespace: 'n', name: 'a', tag: 't', id: digest };

  it.each<readonly [Partial<ImageReference>, string]>([
    [{}, `r.io/n/a@${digest}`],
    [{ id: '' }, 'r.io/n/a:t'],
    [{ id: '', tag: '' }, 'r.io/n/a'],
    [{ registry: '' }, `n/a@${digest}`],
    [{ registry: '', namespace: '' }, `a@${digest}`],
    [{ name: '' }, ''],
  ])('of %j is %s', (parts, exact) => {
    expect(exactReference({ ...reference, ...parts })).toBe(exact);
  });
});
