import { describe, expect, it } from '@jest/globals';
import {
  type ImageStream,
  type ImportFailureReason,
  importsDue,
  type RepositoryImport,
  type RepositoryOutcome,
} from '../../src/imagestream/index.ts';
import {
  entry,
  history,
  imported,
  noon,
  type Settling,
  settings,
  settled,
  stream,
  timeAt,
} from './settling.ts';

const check = 'openshift.io/image.dockerRepositoryCheck';
const repository = 'quay.io/org/ruby';
const request: RepositoryImport = { repository, insecure: false, mode: 'PreserveOriginal' };
const tagged = (...tags: readonly string[]): RepositoryOutcome => ({ kind: 'Tags', tags });

function once(before: ImageStream, outcome: RepositoryOutcome, more: Settling = {}) {
  const options = { repository: { request, outcome }, ...more };
  const after = settled(before, options);
  expect(settled(after.stream, options).stream).toBe(after.stream);
  return after;
}

const names = ({ spec }: ImageStream) => (spec?.tags ?? []).map(({ name }) => name);

describe('a whole repository', () => {
  // image-streams.md §5.2, §6.1, §14.7
  it('becomes tags of the spec, the most wanted first, which are then imported', () => {
    const after = once(stream({ repository, generation: 3 }), tagged('v1', 'other', '', 'v2', '3', '3.1'));
    expect(names(after.stream)).toEqual(['latest', '3.1', '3', 'other', 'v1', 'v2']);
    expect(after.stream.spec?.tags?.[0]).toEqual({
      name: 'latest',
      from: { kind: 'DockerImage', name: 'quay.io/org/ruby:latest' },
      generation: 4,
      importPolicy: { importMode: 'PreserveOriginal' },
      referencePolicy: { type: 'Source' },
    });
    expect(after.stream.metadata.annotations).toEqual({ [check]: timeAt(noon) });
    expect(after.stream.status).toEqual({ dockerImageRepository: repository });
    expect(after.declared).toEqual(['latest', '3.1', '3', 'other', 'v1', 'v2']);
    const plan = importsDue(after.stream, noon, settings);
    expect(plan.repository).toBeUndefined();
    expect(plan.due.map(({ tag, cause }) => `${tag} ${cause}`)).toHaveLength(6);
  });

  it('gives only so many tags', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `1.${index}`);
    expect(names(once(stream({ repository }), tagged(...many)).stream)).toHaveLength(50);
    const few = once(stream({ repository }), tagged('v1', 'other', 'v2', '3', '3.1', 'abc'), {
      mostRepositoryTags: 5,
    });
    expect(names(few.stream)).toEqual(['3.1', '3', 'abc', 'other', 'v1']);
  });

  it('leaves tags that are there, and keeps what it may not name', () => {
    const mine = imported('3.1', 'quay.io/mine/ruby:3', { generation: 2 });
    const after = once(stream({ repository, tags: [mine] }), tagged('3.1', '3.2', 'not a tag', '-no', '3.2'));
    expect(after.stream.spec?.tags?.[0]).toBe(mine);
    expect(names(after.stream)).toEqual(['3.1', '3.2']);
    expect(after.declared).toEqual(['3.2']);
  });

  it('asks again for tags that were taken from it before', () => {
    const taken = imported('3.1', `${repository}:3.1`);
    const before = stream({ repository, tags: [taken], histories: [history('3.1', 'abc')] });
    const after = once(before, tagged('3.1'));
    expect(after.stream.spec?.tags).toEqual([{ ...taken, generation: 2 }]);
    expect(after.declared).toEqual([]);
  });

  it('may be insecure', () => {
    const annotations = { 'openshift.io/image.insecureRepository': 'true' };
    const asked = { ...request, insecure: true };
    const after = settled(stream({ repository, annotations }), {
      repository: { request: asked, outcome: tagged('1') },
    });
    expect(after.stream.spec?.tags?.[0]?.importPolicy).toEqual({
      insecure: true,
      importMode: 'PreserveOriginal',
    });
  });

  it.each<readonly [string, ImportFailureReason, string | undefined]>([
    ['for good is told in the annotation', 'NotFound', 'there is none'],
    ['that may pass is tried again', 'Timeout', undefined],
    ['for a missing permission is tried again', 'Unauthorized', undefined],
  ])('that fails %s', (_, reason, expected) => {
    const before = stream({ repository, histories: [history('t', entry('abc'))] });
    const outcome: RepositoryOutcome = { kind: 'Failed', reason, message: 'there is none' };
    const after = once(before, outcome);
    expect(after.stream.metadata.annotations?.[check]).toBe(expected);
    expect(after).toMatchObject({ declared: [], repositoryFailure: { reason, message: 'there is none' } });
    expect(importsDue(after.stream, noon, settings).repository === undefined).toBe(expected !== undefined);
  });

  it.each<readonly [string, ImageStream]>([
    ['repository', stream({ repository: 'quay.io/org/python' })],
    ['insecurity', stream({ repository, annotations: { 'openshift.io/image.insecureRepository': 'true' } })],
    ['time', stream({ repository, annotations: { [check]: timeAt(noon) } })],
    ['stream', stream({})],
  ])('changes nothing when it is not asked for any more: other %s', (_, asked) => {
    const before = settled(asked).stream;
    for (const outcome of [tagged('1'), { kind: 'Failed', reason: 'NotFound', message: 'x' } as const]) {
      const after = settled(before, { repository: { request, outcome } });
      expect(after).toEqual({ stream: before, moved: [], failed: [], recovered: [], held: [], declared: [] });
    }
  });
});
