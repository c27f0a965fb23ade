import { describe, expect, it } from '@jest/globals';
import type { ObjectReference, TagReference } from '../../src/imagestream/types.ts';
import { tagProblems } from './told.ts';
import { alias, digest, imported } from './written.ts';

const from = (source: ObjectReference): TagReference => ({ name: 'latest', from: source });
const kinds = "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'";
const form = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';

describe('a tag', () => {
  const name = 'spec.tags[latest].from.name';
  // image-streams.md §2.1
  it.each<readonly [string, TagReference, readonly string[]]>([
    ['may come from nowhere', { name: 'latest' }, []],
    ['may come from a registry', imported('latest', 'quay.io/org/app:1'), []],
    [
      'may be scheduled by digest',
      imported('latest', `a@${digest}`, { importPolicy: { scheduled: true } }),
      [],
    ],
    ['needs a name of its source', from({ kind: 'DockerImage' }), [`${name}: Required value`]],
    [
      'needs a name that is not empty',
      from({ kind: 'ImageStreamTag', name: '' }),
      [`${name}: Required value`],
    ],
    [
      'needs a kind of its source',
      from({ name: 'a' }),
      [`spec.tags[latest].from.kind: Required value: ${kinds}`],
    ],
    [
      'needs a kind that there is',
      from({ kind: 'Image', name: 'a' }),
      [`spec.tags[latest].from.kind: Required value: ${kinds}, not "Image"`],
    ],
    ...(
      [
        ['Dockerimage', 'DockerImage'],
        ['ImageStream', 'ImageStreamTag'],
        ['imagestreamimage', 'ImageStreamImage'],
      ] as const
    ).map(
      ([kind, meant]) =>
        [
          `has a kind that is near: ${kind}`,
          from({ kind, name: 'a' }),
          [`spec.tags[latest].from.kind: Required value: ${kinds}, not "${kind}"; did you mean "${meant}"?`],
        ] as const,
    ),
    [
      'needs both',
      from({}),
      [`${name}: Required value`, `spec.tags[latest].from.kind: Required value: ${kinds}`],
    ],
    [
      'needs a pull spec',
      imported('latest', 'https://quay.io/a'),
      [`${name}: Invalid value: "https://quay.io/a": invalid reference format: leave out https://`],
    ],
    [
      'has no colons for nothing',
      imported('latest', 'quay.io//a'),
      [`${name}: Invalid value: "quay.io//a": invalid reference format`],
    ],
    [
      'is told by name, where its path could be taken for a place in the list',
      imported('1', '', { referencePolicy: { type: 'Remote' as never } }),
      [
        'spec.tags[1].from.name: Required value: tag "1"',
        'spec.tags[1].referencePolicy.type: Invalid value: "Remote": valid values are "Source", "Local" (tag "1")',
      ],
    ],
    [
      'needs a repository in lower case',
      imported('latest', 'quay.io/Org/app'),
      [`${name}: Invalid value: "quay.io/Org/app": repository name must be lowercase`],
    ],
    [
      'needs a whole digest',
      imported('latest', 'a@sha256:'.concat('a'.repeat(40))),
      [`${name}: Invalid value: "a@sha256:${'a'.repeat(40)}": invalid checksum digest length`],
    ],
    [
      'cannot be scheduled from another tag',
      alias('latest', 'other:1', { importPolicy: { scheduled: true } }),
      [
        'spec.tags[latest].importPolicy.scheduled: Invalid value: true: only tags pointing to Docker repositories may be scheduled for background import',
      ],
    ],
    [
      'cannot be scheduled from an image of a stream',
      {
        ...from({ kind: 'ImageStreamImage', name: `other@${digest}` }),
        importPolicy: { scheduled: true },
      },
      [
        'spec.tags[latest].importPolicy.scheduled: Invalid value: true: only tags pointing to Docker repositories may be scheduled for background import',
      ],
    ],
    [
      'has a reference policy that there is',
      imported('latest', 'a', { referencePolicy: { type: 'Remote' as never } }),
      ['spec.tags[latest].referencePolicy.type: Invalid value: "Remote": valid values are "Source", "Local"'],
    ],
    [
      'has an import mode that there is',
      imported('latest', 'a', { importPolicy: { importMode: 'All' as never } }),
      [
        "spec.tags[latest].importPolicy.importMode: Invalid value: \"All\": invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'",
      ],
    ],
    ...(['', 'Legacy', 'PreserveOriginal'] as const).map(
      (importMode) =>
        [
          `may have the mode ${JSON.stringify(importMode)}`,
          imported('latest', 'a', { importPolicy: { importMode } }),
          [],
        ] as const,
    ),
  ])('%s', (_, tag, expected) => {
    expect(tagProblems(tag)).toEqual(expected);
  });

  it.each([
    ['a', true],
    ['_1.2-x', true],
    ['V1', true],
    ['a'.repeat(128), true],
    ['', false],
    ['.a', false],
    ['-a', false],
    ['a/b', false],
    ['a:b', false],
    ['ä', false],
    ['a'.repeat(129), false],
  ])('named %j: %p', (tag, allowed) => {
    const told = tagProblems({ name: tag });
    const path = `spec.tags[${tag}].name`;
    expect(told).toEqual(
      allowed
        ? []
        : [
            `${path}: Invalid value: "${tag}": must be 1 to 128 letters, digits, "_", "." or "-" and not begin with "." or "-": no registry could have such a tag`,
          ],
    );
  });

  it.each<readonly [string, string, string | undefined]>([
    ['ImageStreamTag', 'other', undefined],
    ['ImageStreamTag', 'stream:other', undefined],
    ['ImageStreamTag', 'stream:', undefined],
    ['ImageStreamTag', 'a:b:c', form],
    ['ImageStreamTag', ':b', form],
    ['ImageStreamTag', 'stream:-b', 'the tag must be 1 to 128 letters'],
    ['ImageStreamTag', `stream@${digest}`, 'the image stream "stream@sha256" cannot exist'],
    ['ImageStreamTag', '../x:1', 'the image stream "../x" cannot exist'],
    ['ImageStreamTag', 'My:1', 'the image stream "My" cannot exist'],
    ['ImageStreamImage', digest, undefined],
    ['ImageStreamImage', `stream@${digest}`, undefined],
    ['ImageStreamImage', 'stream@4ab15c', undefined],
    ['ImageStreamImage', '12345', undefined],
    ['ImageStreamImage', 'stream@sha256:4ab1', undefined],
    ['ImageStreamImage', 'a@b@c', form],
    ['ImageStreamImage', 'stream@', form],
    ['ImageStreamImage', '@4ab15c', form],
    ['ImageStreamImage', 'stream@sha256:XYZ', 'the ID must be a digest'],
    ['ImageStreamImage', `stream@${digest}0`, 'the ID must be a digest'],
    ['ImageStreamImage', 'stream@a/b', 'the ID must be a digest'],
    ['ImageStreamImage', `stream@${'a'.repeat(257)}`, 'the ID must be a digest'],
  ])('from %s %s', (kind, source, expected) => {
    const told = tagProblems(from({ kind, name: source }));
    expect(told).toHaveLength(expected === undefined ? 0 : 1);
    if (expected !== undefined) expect(told[0]).toContain(`: ${expected}`);
  });

  it.each<readonly [string, ObjectReference, readonly string[]]>([
    ['a tag', { kind: 'ImageStreamTag', name: 's:1', namespace: 'other' }, []],
    [
      'a tag',
      { kind: 'ImageStreamTag', name: 's:1', namespace: '../x' },
      [
        'spec.tags[latest].from.namespace: Invalid value: "../x": must be the name of a namespace: 1 to 63 lower case letters, digits or "-"',
      ],
    ],
    ['an image', { kind: 'DockerImage', name: 'a', namespace: 'ns' }, []],
    [
      'an image',
      { kind: 'DockerImage', name: 'a', namespace: 'other' },
      [
        'spec.tags[latest].from.namespace: Invalid value: "other": an image of a registry has no namespace: remove it',
      ],
    ],
    [
      'an image',
      { kind: 'DockerImage', name: 'a', uid: 'u'.repeat(254) } as ObjectReference,
      [
        `spec.tags[latest].from.uid: Invalid value: "${'u'.repeat(254)}": must be no more than 253 characters`,
      ],
    ],
  ])('from %s: %j', (_, source, expected) => {
    expect(tagProblems(from(source))).toEqual(expected);
  });
});

describe('an annotation of a tag', () => {
  const follow = 'imagestreams.io/follow';
  const wrongFollow =
    'only a tag from an ImageStreamTag can follow: remove the annotation, or point the tag to an ImageStreamTag';
  const noAnnotation =
    'a tag has no such annotation, only "imagestreams.io/follow", "imagestreams.io/interval", "imagestreams.io/min-age"';
  const duration = 'must be a duration such as "90s", "15m", "6h" or "1h30m"';
  it.each<readonly [string, string, TagReference, string | undefined]>([
    ['imagestreams.io/interval', '5m', imported('latest', 'a'), undefined],
    ['imagestreams.io/interval', '60s', imported('latest', 'a'), undefined],
    [
      'imagestreams.io/interval',
      '59s',
      imported('latest', 'a'),
      'must be at least "1m", the shortest allowed here',
    ],
    ['imagestreams.io/interval', '5', imported('latest', 'a'), duration],
    ['imagestreams.io/min-age', '0s', imported('latest', 'a'), undefined],
    ['imagestreams.io/min-age', '3 days', imported('latest', 'a'), duration],
    [follow, 'true', alias('latest', 's:1'), undefined],
    [follow, 'false', alias('latest', 's:1'), undefined],
    [follow, 'false', imported('latest', 'a'), undefined],
    [follow, 'yes', alias('latest', 's:1'), 'must be "true" or "false"'],
    [follow, 'true', imported('latest', 'a'), wrongFollow],
    [follow, 'true', { name: 'latest' }, wrongFollow],
    ['importer.image.openshift.io/prefer-arch', 'arm64', imported('latest', 'a'), undefined],
    ['importer.image.openshift.io/prefer-arch', '', imported('latest', 'a'), undefined],
    [
      'importer.image.openshift.io/prefer-arch',
      'ARM 64',
      imported('latest', 'a'),
      'must be 1 to 32 lower case letters, digits, "_" or "-", such as "arm64"',
    ],
    [
      'importer.image.openshift.io/prefer-os',
      'a'.repeat(33),
      imported('latest', 'a'),
      'must be 1 to 32 lower case letters, digits, "_" or "-", such as "linux"',
    ],
    ['openshift.io/display-name', '5 o’clock', imported('latest', 'a'), undefined],
    ['notimagestreams.io/interval', '5', imported('latest', 'a'), undefined],
    [
      'imagestreams.io/intervall',
      '5m',
      imported('latest', 'a'),
      `${noAnnotation}; did you mean "imagestreams.io/interval"?`,
    ],
    [
      'imagestreams.io/minage',
      '1h',
      { name: 'latest' },
      `${noAnnotation}; did you mean "imagestreams.io/min-age"?`,
    ],
    ['imagestreams.io/x', '', { name: 'latest' }, noAnnotation],
    ['imagestreams.io/tags', 'a', { name: 'latest' }, noAnnotation],
  ])('%s: %j', (name, value, tag, detail) => {
    const path = `spec.tags[latest].annotations[${name}]`;
    expect(tagProblems({ ...tag, annotations: { [name]: value } })).toEqual(
      detail === undefined ? [] : [`${path}: Invalid value: "${value}": ${detail}`],
    );
  });

  it('is shown bounded, and no more than 32 times', () => {
    const names = Array.from({ length: 40 }, (_, index) => `imagestreams.io/${index}\n${'x'.repeat(300)}`);
    const told = tagProblems({
      name: 'latest',
      annotations: Object.fromEntries(names.map((key) => [key, ''])),
    });
    expect(told).toHaveLength(32);
    expect(told[0]).toContain('annotations[imagestreams.io/0\\u{a}xx');
    expect(told[0]?.length).toBeLessThan(600);
  });

  it('is bounded with all others', () => {
    const annotations = { note: 'a'.repeat(16_380) };
    expect(tagProblems({ name: 'latest', annotations })).toEqual([]);
    expect(tagProblems({ name: 'latest', annotations: { ...annotations, more: 'b' } })).toEqual([
      'spec.tags[latest].annotations: Forbidden: they have 16389 characters, and 16384 are allowed: shorten or remove some',
    ]);
  });
});
