import { describe, expect, it } from '@jest/globals';
import type { TagReference } from '../../src/imagestream/index.ts';
import { warnings } from './told.ts';
import { alias, digest, imported, written } from './written.ts';

const scheduled = { importPolicy: { scheduled: true } };
const annotated = (name: string, value = '1h') => ({ annotations: { [`imagestreams.io/${name}`]: value } });
const unscheduled = 'does nothing without importPolicy.scheduled: true';
const unschedulable =
  'does nothing, as only a tag that is imported from a DockerImage can be scheduled; remove it';
const follows =
  'the annotation imagestreams.io/follow does nothing, as a tag of the same stream is always followed; remove it, or name an image by kind ImageStreamImage to stay with that';

describe('a user is warned of a tag', () => {
  it.each<readonly [string, TagReference, string | undefined]>([
    [
      'from an image that is called as another tag',
      imported('latest', 'stable'),
      'the DockerImage "stable" is docker.io/library/stable, not tag "stable" of this stream; for an alias of that tag use kind ImageStreamTag',
    ],
    [
      'from an image that is called as a version of the stream',
      imported('latest', '20.0.3'),
      'the DockerImage "20.0.3" is a registry without a repository, not tag "20.0.3" of this stream; for an alias of that tag use kind ImageStreamTag',
    ],
    ['from an image that is called as itself', imported('stable', 'stable'), undefined],
    ['from an image of a name and a tag', imported('latest', 'app:20.0.3'), undefined],
    ['from an image with a host and a name', imported('latest', 'quay.io/stable'), undefined],
    ['from the tag itself', alias('latest', 'stable'), undefined],
    [
      'with an interval and no schedule',
      imported('a', 'x', annotated('interval')),
      `the annotation imagestreams.io/interval ${unscheduled}; set that, or remove the annotation`,
    ],
    [
      'with an interval and a schedule',
      imported('a', 'x', { ...annotated('interval'), ...scheduled }),
      undefined,
    ],
    [
      'with an age and no schedule',
      imported('a', 'x', annotated('min-age')),
      `the annotation imagestreams.io/min-age ${unscheduled}, as only scheduled imports are held; set that, or remove the annotation`,
    ],
    ['with an age and a schedule', imported('a', 'x', { ...annotated('min-age'), ...scheduled }), undefined],
    ['with no age and no schedule', imported('a', 'x', annotated('min-age', '0s')), undefined],
    ['with an interval that is none', imported('a', 'x', annotated('interval', '5')), undefined],
    [
      'with an interval for an alias',
      alias('a', 'other:1', annotated('interval')),
      `the annotation imagestreams.io/interval ${unschedulable}`,
    ],
    [
      'with an age for nothing',
      { name: 'a', ...annotated('min-age') },
      `the annotation imagestreams.io/min-age ${unschedulable}`,
    ],
    [
      'with an interval for a mere reference',
      imported('a', 'x', { reference: true, ...annotated('interval') }),
      `the annotation imagestreams.io/interval ${unschedulable}`,
    ],
    [
      'with a schedule for a digest',
      imported('a', `quay.io/x/y@${digest}`, scheduled),
      'importPolicy.scheduled does nothing after the first import, as a digest never moves; name a tag instead, or leave it out',
    ],
    [
      'with a schedule for a mere reference',
      imported('a', 'quay.io/x/y:1', { reference: true, ...scheduled }),
      'importPolicy.scheduled does nothing beside reference: true, as such a tag is never imported; leave out one of them',
    ],
    ['with a schedule', imported('a', 'quay.io/x/y:1', scheduled), undefined],
    ['that follows its own stream anyway', alias('a', 'stable', annotated('follow', 'true')), follows],
    ['that shall not follow its own stream', alias('a', 'app:stable', annotated('follow', 'false')), follows],
    ['that follows another stream', alias('a', 'other:stable', annotated('follow', 'true')), undefined],
    [
      'that follows a namesake elsewhere',
      {
        name: 'a',
        from: { kind: 'ImageStreamTag', name: 'app:1', namespace: 'other' },
        ...annotated('follow', 'true'),
      },
      undefined,
    ],
    ['that cannot be read', imported('a', 'https://x', scheduled), undefined],
  ])('%s', (_, tag, warning) => {
    const others = ['stable', '20.0.3'].filter((name) => name !== tag.name);
    const next = written({ tags: [...others.map((name) => imported(name, 'quay.io/org/app')), tag] });
    expect(warnings(next)).toEqual(warning === undefined ? [] : [`tag "${tag.name}": ${warning}`]);
  });

  it('that is new or changed, and of no other', () => {
    const slow = imported('a', 'x', annotated('interval'));
    const old = written({ tags: [slow] });
    expect(warnings(written({ tags: [slow, imported('b', 'y')] }), old)).toEqual([]);
    expect(warnings(written({ tags: [{ ...slow, reference: false }] }), old)).toHaveLength(1);
  });

  it('at most eight times, and then that there is more', () => {
    const tags = (count: number) =>
      Array.from({ length: count }, (_, index) => imported(`t${index}`, 'x', annotated('interval')));
    expect(warnings(written({ tags: tags(8) }))).toHaveLength(8);
    const told = warnings(written({ tags: tags(900) }));
    expect(told).toHaveLength(9);
    expect(told.at(-1)).toBe('there is more to say of the tags of this stream; mend these first');
  });
});
