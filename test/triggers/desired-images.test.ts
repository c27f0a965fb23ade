import { describe, expect, it } from '@jest/globals';
import { desiredImages } from '../../src/triggers/index.ts';
import { codes, diagnose, entry, kindOf, named, text } from './fixtures.ts';

const streams: Readonly<Record<string, string>> = {
  'other/stream-1:1': 'image-lookup-1',
  'shop/app:v1': 'app@v1',
  'shop/app:v2': 'app@v2',
  'shop/same:v1': 'web:1',
  'shop/empty:v1': '',
};
const resolve = (namespace: string, stream: string, tag: string) => streams[`${namespace}/${stream}:${tag}`];

function imagesFor(annotation: string | undefined, podSpec: unknown) {
  const { triggers, findings } = diagnose(annotation, { kind: kindOf('statefulsets'), podSpec });
  const changes = desiredImages(triggers, resolve).map(({ container, image }) => [container.name, image]);
  return { changes, codes: codes(findings) };
}

const resolved = { kind: 'ImageStreamTag', name: 'stream-1:1', namespace: 'other' };
const unresolved = { kind: 'ImageStreamTag', name: 'stream-2:1', namespace: 'other' };
const on = (fieldPath: string, from: object = resolved, rest: object = {}) => ({ from, fieldPath, ...rest });
const test = { containers: [{ name: 'test', image: '' }] };
const two = (second: string) => ({
  containers: [
    { name: 'test', image: '' },
    { name: 'test2', image: second },
  ],
});

/** Upstream aborts the object where an entry is wrong; here that entry alone is left out, with an error of its own. */
describe('the cases of the original reactor (triggers.md §6.1)', () => {
  it.each([
    [0, undefined, test, [], []],
    [1, text(on(named('test'))), {}, [], ['NoSuchContainer']],
    [2, text(on('spec.template.spec.containers[?(@.name=="test")]')), test, [], ['NotAnImagePath']],
    [3, text(on('spec.template.spec.containers[?(@.name=="test").image')), test, [], ['NotAContainerPath']],
    [4, text(on('spec.template.spec.containers[@.name=test].image')), test, [], ['InvalidSelector']],
    [5, text(on(named('test'), unresolved)), test, [], []],
    [6, text(on(named('test'))), test, [['test', 'image-lookup-1']], []],
    [
      7,
      text(on(named('test', 'initContainers'))),
      { initContainers: test.containers },
      [['test', 'image-lookup-1']],
      [],
    ],
    [8, text(on(named('test'), resolved, { paused: true })), test, [], []],
    [9, text(on(named('test')), on(named('test2'), unresolved)), two(''), [['test', 'image-lookup-1']], []],
    [
      10,
      text(on(named('test')), on(named('test2'), unresolved)),
      two('old-image'),
      [['test', 'image-lookup-1']],
      [],
    ],
    [
      11,
      text(on(named('test')), on(named('test2'))),
      two('old-image'),
      [
        ['test', 'image-lookup-1'],
        ['test2', 'image-lookup-1'],
      ],
      [],
    ],
  ])('row %d', (_, annotation, podSpec, changes, findings) => {
    expect(imagesFor(annotation, podSpec)).toEqual({ changes, codes: findings });
  });
});

describe('desired images', () => {
  const follow = (name: string, fieldPath = named('web'), rest: object = {}) =>
    entry({ from: { kind: 'ImageStreamTag', name }, fieldPath, ...rest });
  const byIndex = 'spec.template.spec.containers[0].image';

  it.each([
    ['an image that is there already', text(follow('same:v1')), []],
    ['an empty pull spec', text(follow('empty:v1')), []],
    ['the last of two spellings', text(follow('app:v1'), follow('app:v2', byIndex)), ['app@v2']],
    ['the last that resolves', text(follow('app:v1'), follow('none:v2', byIndex)), ['app@v1']],
    ['the last not paused', text(follow('app:v1'), follow('app:v2', byIndex, { paused: true })), ['app@v1']],
    ['the last, even when it is there already', text(follow('app:v1'), follow('same:v1', byIndex)), []],
    ['a good entry beside a bad one', text(follow('app:v1'), { from: 5 }), ['app@v1']],
    ['repeated paths, which have no single reading', text(follow('app:v1'), follow('app:v2')), []],
  ])('%s', (_, annotation, images) => {
    expect(desiredImages(diagnose(annotation).triggers, resolve).map(({ image }) => image)).toEqual(images);
  });

  it('says where to write', () => {
    expect(desiredImages(diagnose(text(follow('app:v1'))).triggers, resolve)).toEqual([
      {
        pointer: '/spec/template/spec/containers/0/image',
        container: { list: 'containers', index: 0, name: 'web' },
        image: 'app@v1',
      },
    ]);
  });
});
