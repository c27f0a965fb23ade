import { describe, expect, it } from '@jest/globals';
import { type AllowList, type ImageStream, invalidStreamMessage } from '../../src/imagestream/index.ts';
import { allowListOf, insecureAllowListOf, problems, tagProblems } from './told.ts';
import { digest, imported, stored, written } from './written.ts';

describe('the name of a new stream', () => {
  // image-streams.md §2.1
  it.each<readonly [string, readonly string[]]>([
    ['app', []],
    ['my.app-2', []],
    ['', ['metadata.name: Required value: name or generateName is required']],
    ['.', ['metadata.name: Invalid value: ".": may not be \'.\'']],
    ['..', ['metadata.name: Invalid value: "..": may not be \'..\'']],
    ['a/b', ['metadata.name: Invalid value: "a/b": may not contain \'/\'']],
    ['a%b', ['metadata.name: Invalid value: "a%b": may not contain \'%\'']],
    ['a--b', ['metadata.name: Invalid value: "a--b": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"']],
    ['App', ['metadata.name: Invalid value: "App": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"']],
    [
      'a'.repeat(253),
      [
        `metadata.name: Invalid value: "${'a'.repeat(253)}": 'namespace/name' cannot be longer than 255 characters`,
      ],
    ],
    ['a'.repeat(252), []],
  ])('%s', (name, expected) => {
    expect(problems(written({ name }))).toEqual(expected);
  });

  it('may be left to the API server', () => {
    const { metadata, ...stream } = written({ name: '' });
    expect(problems({ ...stream, metadata: { ...metadata, generateName: 'app-' } as never })).toEqual([]);
  });

  it('is not looked at once it exists', () => {
    expect(problems(written({ name: 'a--b' }), written({ name: 'a--b' }))).toEqual([]);
  });
});

describe('a whole repository', () => {
  const path = 'spec.dockerImageRepository';
  const quay = allowListOf('quay.io');
  it.each<readonly [string, AllowList, readonly string[]]>([
    ['quay.io/org/app', allowListOf(), []],
    ['', quay, []],
    ['quay.io/org/app', quay, []],
    [
      'https://quay.io/a',
      allowListOf(),
      [`${path}: Invalid value: "https://quay.io/a": invalid reference format: leave out https://`],
    ],
    [
      'quay.io/a:1',
      quay,
      [`${path}: Invalid value: "quay.io/a:1": the repository name may not contain a tag`],
    ],
    [
      `quay.io/a@${digest}`,
      quay,
      [`${path}: Invalid value: "quay.io/a@${digest}": the repository name may not contain an ID`],
    ],
    [
      `quay.io/a:1@${digest}`,
      allowListOf(),
      [
        `${path}: Invalid value: "quay.io/a:1@${digest}": the repository name may not contain a tag`,
        `${path}: Invalid value: "quay.io/a:1@${digest}": the repository name may not contain an ID`,
      ],
    ],
    [
      'docker.io/a',
      quay,
      [`${path}: Forbidden: registry "docker.io" not allowed by whitelist: "quay.io:443"`],
    ],
  ])('%s', (repository, allowList, expected) => {
    expect(problems(written({ repository }), undefined, { allowList })).toEqual(expected);
  });

  it('of an insecure stream may be at either port', () => {
    const allowList = insecureAllowListOf(true, 'reg.local');
    const secure = written({ repository: 'reg.local/a' });
    expect(problems(secure, undefined, { allowList })).toEqual([
      `${path}: Forbidden: registry "reg.local" not allowed by whitelist: "reg.local:80"`,
    ]);
    const annotations = { 'openshift.io/image.insecureRepository': 'true' };
    expect(problems(written({ repository: 'reg.local/a', annotations }), undefined, { allowList })).toEqual(
      [],
    );
  });
});

describe('what is stored already', () => {
  const bad = stored(imported('.bad', 'https://x', { annotations: { 'imagestreams.io/interval': '1s' } }));
  const old = written({ tags: [bad], repository: 'quay.io/a:1' });

  it('never blocks another change', () => {
    const next = written({ tags: [bad, imported('good', 'x')], repository: 'quay.io/a:1' });
    expect(problems(next, old)).toEqual([]);
  });

  it('is checked when it changes', () => {
    const next = written({ tags: [{ ...bad, annotations: {} }], repository: 'quay.io/b:1' });
    expect(problems(next, old)).toEqual([
      'spec.dockerImageRepository: Invalid value: "quay.io/b:1": the repository name may not contain a tag',
      expect.stringContaining('spec.tags[.bad].name: Invalid value: ".bad"'),
      'spec.tags[.bad].from.name: Invalid value: "https://x": invalid reference format: leave out https://',
    ]);
  });
});

describe('problems', () => {
  it('are at most 32', () => {
    const tags = Array.from({ length: 100 }, (_, index) => imported(`t${index}`, '//'));
    expect(problems(written({ tags }))).toHaveLength(32);
  });

  it('are told in the words of the API server when the types are wrong', () => {
    const misshapen = (spec: unknown) => problems({ ...written(), spec } as ImageStream);
    expect(misshapen({ tags: 'latest' })).toEqual([
      'spec.tags: Invalid value: "string": spec.tags in body must be of type array: "string"',
    ]);
    expect(misshapen({ tags: [{ name: 'a' }, { from: { kind: 'DockerImage' } }] })).toEqual([
      'spec.tags[1].name: Required value',
    ]);
    expect(misshapen({ tags: [{ name: 'a', annotations: { x: 1 } }] })).toEqual([
      'spec.tags[0].annotations.x: Invalid value: "number": spec.tags[0].annotations.x in body must be of type string: "number"',
    ]);
  });

  it('show values bounded and escaped', () => {
    const [told = ''] = tagProblems(imported('latest', `\u202e\n${'a'.repeat(5000)}`));
    expect(told).toContain('Invalid value: "\\u{202e}\\u{a}aaa');
    expect(told.length).toBeLessThan(400);
  });

  it('make one message', () => {
    const one = { type: 'Required', field: 'spec.a', detail: '' } as const;
    const other = { type: 'NotFound', field: 'spec.b', value: 'x', detail: '' } as const;
    expect(invalidStreamMessage('app', [one])).toBe(
      'ImageStream.image.openshift.io "app" is invalid: spec.a: Required value',
    );
    expect(invalidStreamMessage('app', [one, other])).toBe(
      'ImageStream.image.openshift.io "app" is invalid: [spec.a: Required value, spec.b: Not found: "x"]',
    );
    expect(
      invalidStreamMessage(
        'app',
        Array.from({ length: 32 }, () => one),
      ),
    ).toMatch(/, and perhaps more\]$/);
  });
});
