import { describe, expect, it } from '@jest/globals';
import {
  type ImageStream,
  resolvableStream,
  resolveTag,
  splitStreamTag,
} from '../../src/imagestream/index.ts';

const digest = 'sha256:4ab15c48b859c2920dd5224f92aabcd39a52794c5b3cf088fb3bbb438756c246';
const other = 'sha256:08151bf2fc92355f236918bb16905921e6f66e1d03100fb9b18d60125db3df3a';

interface Tag {
  readonly name?: string;
  readonly reference?: string;
  readonly image?: string;
  readonly policy?: 'Source' | 'Local';
  readonly older?: string;
}

function stream(tag: Tag, repository?: string): ImageStream {
  const { name = 'foo', reference = 'quay.io/org/app:foo', image = digest, policy, older } = tag;
  const items = [{ created: '2026-01-01T00:00:00Z', dockerImageReference: reference, image, generation: 2 }];
  if (older !== undefined) items.push({ ...items[0]!, image: older });
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'app' },
    spec: { tags: policy === undefined ? [] : [{ name, referencePolicy: { type: policy } }] },
    status: {
      ...(repository === undefined ? {} : { dockerImageRepository: repository }),
      tags: [{ tag: name, items }],
    },
  };
}

describe('the pull spec of a tag', () => {
  // image-policy.md §6.5, §16.11; image-streams.md §14.1
  it.each<readonly [string, Tag, string | undefined, object]>([
    [
      'is its newest entry',
      { older: other },
      undefined,
      { kind: 'Image', pullSpec: `quay.io/org/app@${digest}` },
    ],
    [
      'has the digest of the entry, not of its reference',
      { reference: `quay.io/org/app@${other}` },
      undefined,
      { kind: 'Image', pullSpec: `quay.io/org/app@${digest}` },
    ],
    [
      'is the source with policy Source',
      { policy: 'Source' },
      'reg/ns/app',
      { kind: 'Image', pullSpec: `quay.io/org/app@${digest}` },
    ],
    [
      'is the own repository with policy Local',
      { policy: 'Local' },
      'test.server/a/b',
      { kind: 'Image', pullSpec: `test.server/a/b@${digest}` },
    ],
    [
      'drops a tag of the own repository',
      { policy: 'Local' },
      'test.server/a/b:x',
      { kind: 'Image', pullSpec: `test.server/a/b@${digest}` },
    ],
    [
      'is the source with policy Local and no repository',
      { policy: 'Local' },
      undefined,
      { kind: 'Image', pullSpec: `quay.io/org/app@${digest}` },
    ],
    [
      'is the source with policy Local and a broken repository',
      { policy: 'Local' },
      '//',
      { kind: 'Image', pullSpec: `quay.io/org/app@${digest}` },
    ],
    [
      'keeps a short source short',
      { reference: 'app:1' },
      undefined,
      { kind: 'Image', pullSpec: `app@${digest}` },
    ],
    [
      'is none without a digest',
      { image: '' },
      undefined,
      {
        kind: 'Unresolved',
        tag: { name: 'foo', state: 'ReferenceOnly', pullSpec: '', recorded: 'quay.io/org/app:foo' },
      },
    ],
    [
      'is none when the digest is malformed',
      { image: 'sha256:12' },
      undefined,
      {
        kind: 'Unresolved',
        tag: { name: 'foo', state: 'ReferenceOnly', pullSpec: '', recorded: 'quay.io/org/app:foo' },
      },
    ],
    [
      'is none when the reference is a registry only',
      { reference: 'quay.io' },
      undefined,
      { kind: 'Unresolved', tag: { name: 'foo', state: 'ReferenceOnly', pullSpec: '', recorded: 'quay.io' } },
    ],
    [
      'falls back to the own repository without a digest',
      { image: '' },
      'test.server/a/b',
      { kind: 'Repository', pullSpec: 'test.server/a/b:foo' },
    ],
  ])('%s', (_, tag, repository, expected) => {
    expect(resolveTag(resolvableStream(stream(tag, repository)), 'foo')).toEqual(expected);
  });

  it.each([
    ['missing tag', undefined, { kind: 'Unresolved' }],
    [
      'missing tag of a stream with a repository',
      'reg:5000/ns/app',
      { kind: 'Repository', pullSpec: 'reg:5000/ns/app:nosuch' },
    ],
  ])('%s', (_, repository, expected) => {
    expect(resolveTag(resolvableStream(stream({}, repository)), 'nosuch')).toEqual(expected);
  });

  // a condition counts for the generation that it is about, so a tag that was corrected is pending again
  const imported = { from: { kind: 'DockerImage', name: 'quay.io/org/app:foo' }, generation: 2 };
  const failed = (generation: number | null) => [
    { type: 'ImportSuccess', status: 'False', reason: 'NotFound', message: 'no such image', generation },
  ];
  it.each<readonly [string, object, object[] | undefined, object | undefined]>([
    ['is pending while the spec alone has it', imported, undefined, { state: 'Pending' }],
    [
      'is pending as an alias whose source is not there yet',
      { from: { kind: 'ImageStreamTag', name: 'bar' } },
      undefined,
      { state: 'Pending' },
    ],
    [
      'failed when its generation was tried',
      imported,
      failed(2),
      { state: 'ImportFailed', message: 'no such image' },
    ],
    [
      'failed when a later generation was tried',
      imported,
      failed(3),
      { state: 'ImportFailed', message: 'no such image' },
    ],
    ['is pending when an earlier generation failed', imported, failed(1), { state: 'Pending' }],
    ['is pending when the condition says no generation', imported, failed(null), { state: 'Pending' }],
    [
      'failed when neither says a generation',
      { from: imported.from },
      failed(null),
      { state: 'ImportFailed', message: 'no such image' },
    ],
    [
      'failed when the spec has it no more',
      {},
      failed(1),
      { state: 'ImportFailed', message: 'no such image' },
    ],
    ['is pending when there is no failure', imported, [], { state: 'Pending' }],
    [
      'is a reference before that is recorded',
      { ...imported, reference: true },
      undefined,
      { state: 'ReferenceOnly' },
    ],
    ['is none without a source', {}, undefined, undefined],
    ['is none without a source, a history and a failure', {}, [], undefined],
  ])('%s', (_, spec, conditions, expected) => {
    const resolvable = resolvableStream({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'app' },
      spec: { tags: [{ name: 'foo', ...spec }] },
      ...(conditions === undefined
        ? {}
        : { status: { tags: [{ tag: 'foo', items: null, conditions: conditions as never }] } }),
    });
    const tag = expected === undefined ? {} : { tag: { name: 'foo', pullSpec: '', ...expected } };
    expect(resolveTag(resolvable, 'foo')).toEqual({ kind: 'Unresolved', ...tag });
  });

  it('reads null wherever OpenShift writes null', () => {
    const nulls = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'a' },
    } as const;
    expect(resolvableStream({ ...nulls, spec: null, status: null })).toEqual({
      local: false,
      repository: '',
      tags: [],
    });
    expect(
      resolvableStream({ ...nulls, spec: { tags: null, lookupPolicy: null }, status: { tags: null } }),
    ).toEqual({
      local: false,
      repository: '',
      tags: [],
    });
  });
});

describe('splitStreamTag', () => {
  // triggers.md §1.3
  it.each([
    ['app:v1', { stream: 'app', tag: 'v1' }],
    ['app:', { stream: 'app', tag: 'latest' }],
    ['app', undefined],
    [':v1', { stream: '', tag: 'v1' }],
    ['app:a:b', { stream: 'app', tag: 'a:b' }],
    ['app@sha256:abc', { stream: 'app@sha256', tag: 'abc' }],
    ['ns/app:v1', { stream: 'ns/app', tag: 'v1' }],
  ])('%s is %j', (name, expected) => {
    expect(splitStreamTag(name)).toEqual(expected);
  });
});
