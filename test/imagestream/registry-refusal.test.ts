import { describe, expect, it } from '@jest/globals';
import type { ImageStream } from '../../src/imagestream/index.ts';
import type { ImageStreamStatus, TagReference } from '../../src/imagestream/types.ts';
import { allowListOf, insecureAllowListOf, problems } from './told.ts';
import { alias, digest, imported, recorded, stored, written } from './written.ts';

describe('the registries that images may come from', () => {
  const quay = allowListOf('quay.io');
  const told = (next: ImageStream, old?: ImageStream) => problems(next, old, { allowList: quay });
  const refused = (name: string, registry: string) => [
    `spec.tags[${name}].from.name: Forbidden: registry "${registry}" not allowed by whitelist: "quay.io:443"`,
  ];
  const history = (reference: string): ImageStreamStatus => ({
    tags: [{ tag: 'gone', items: [recorded('quay.io/new'), recorded(reference)] }],
  });

  it.each<readonly [string, TagReference, readonly string[]]>([
    ['allowed', imported('a', 'quay.io/org/app:1'), []],
    ['refused', imported('a', 'docker.io/org/app:1'), refused('a', 'docker.io')],
    ['refused for a short name', imported('a', 'app:1'), refused('a', 'docker.io:443')],
    ['refused at another port', imported('a', 'quay.io:5000/app'), refused('a', 'quay.io:5000')],
    [
      'refused for a tag that only records',
      imported('a', 'app', { reference: true }),
      refused('a', 'docker.io:443'),
    ],
    ['no matter for another stream', alias('a', 'other:1'), []],
  ])('%s', (_, tag, expected) => {
    expect(told(written({ tags: [tag] }))).toEqual(expected);
  });

  it('may be at either port for an insecure tag', () => {
    const allowList = insecureAllowListOf(true, 'reg.local');
    const tag = (insecure: boolean) =>
      written({ tags: [imported('a', 'reg.local/x', { importPolicy: { insecure } })] });
    expect(problems(tag(true), undefined, { allowList })).toEqual([]);
    expect(problems(tag(false), undefined, { allowList })).toHaveLength(1);
  });

  it.each<readonly [string, ImageStream]>([
    ['a tag', written({ tags: [stored(imported('old', 'docker.io/library/app:0'))] })],
    ['a tag by digest', written({ tags: [stored(imported('old', `app@${digest}`))] })],
    ['the repository', written({ repository: 'index.docker.io/app' })],
    ['the history', written({ status: history('registry-1.docker.io/library/app@'.concat(digest)) })],
  ])('never block a repository that %s of the old stream mentions', (_, old) => {
    const tags = [imported('a', 'app:2')];
    expect(told({ ...old, spec: { ...old.spec, tags } }, old)).toEqual([]);
  });

  it('block another repository of the same registry', () => {
    const old = written({ tags: [stored(imported('a', 'app:1'))] });
    expect(told(written({ tags: [imported('a', 'docker.io/org/app:1')] }), old)).toEqual(
      refused('a', 'docker.io'),
    );
  });

  it('pass over what does not parse in the old stream', () => {
    const old = written({ tags: [stored(imported('a', '//'))], status: history('//') });
    expect(told(written({ tags: [imported('b', 'app:1')] }), old)).toEqual(refused('b', 'docker.io:443'));
  });
});
