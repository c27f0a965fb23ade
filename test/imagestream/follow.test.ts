import { describe, expect, it } from '@jest/globals';
import { type ForeignSource, foreignSources, type TagReference } from '../../src/imagestream/index.ts';
import { alias, entry, failure, history, imported, stream, streamImage } from './settling.ts';

const follow = (value: string) => ({ annotations: { 'imagestreams.io/follow': value } });
const elsewhere = (kind: string, name: string, more: Partial<TagReference> = {}): TagReference => ({
  name: 't',
  from: { kind, name, namespace: 'shared' },
  generation: 1,
  ...more,
});
const source = (more: Partial<ForeignSource>): ForeignSource => ({
  tag: 't',
  namespace: 'app',
  stream: 'python',
  follows: false,
  pending: true,
  ...more,
});

describe('another stream', () => {
  it.each<readonly [string, TagReference, ForeignSource | undefined]>([
    ['no registry', imported('t'), undefined],
    ['no tag of its own', alias('t', 'a'), undefined],
    ['no tag of its own by name', alias('t', 'ruby:a'), undefined],
    ['no image of its own', streamImage('t', 'ruby@abc'), undefined],
    ['no source that cannot be read', alias('t', 'a:b:c'), undefined],
    ['a tag of it', alias('t', 'python:3'), source({})],
    ['a tag of it that is followed', alias('t', 'python:3', follow('true')), source({ follows: true })],
    ['a tag of it that is not followed', alias('t', 'python:3', follow('false')), source({})],
    ['an image of it', streamImage('t', 'python@abc'), source({})],
    ['an image of it, which cannot be followed', streamImage('t', 'python@abc', follow('true')), source({})],
    ['a tag of another namespace', elsewhere('ImageStreamTag', 'python:3'), source({ namespace: 'shared' })],
    [
      'a tag of the stream of the same name in another namespace',
      elsewhere('ImageStreamTag', '3'),
      source({ namespace: 'shared', stream: 'ruby' }),
    ],
  ])('is wanted for %s', (_, tag, expected) => {
    expect(foreignSources(stream({ tags: [tag] }))).toEqual(expected === undefined ? [] : [expected]);
  });

  it.each<readonly [string, TagReference, boolean, ForeignSource | undefined]>([
    ['not any more when it was resolved', alias('t', 'python:3'), true, undefined],
    ['still when it failed', alias('t', 'python:3'), false, source({})],
    [
      'always when it is followed',
      alias('t', 'python:3', follow('true')),
      true,
      source({ follows: true, pending: false }),
    ],
    ['again at another generation', alias('t', 'python:3', { generation: 2 }), true, source({})],
    ['without a generation', alias('t', 'python:3', { generation: null }), true, source({})],
  ])('is wanted %s', (_, tag, resolved, expected) => {
    const list = resolved
      ? history('t', entry('abc'))
      : { tag: 't', conditions: [failure('SourceNotFound', 'x')] };
    expect(foreignSources(stream({ tags: [tag], histories: [list] }))).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  it('is nothing to a stream without a spec', () => {
    expect(foreignSources({ ...stream({}), spec: null, status: null })).toEqual([]);
  });
});
