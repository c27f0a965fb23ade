import { describe, expect, it } from '@jest/globals';
import {
  type ImageStream,
  type ImportSettings,
  importsDue,
  type NamedTagEventList,
  type TagReference,
} from '../../src/imagestream/index.ts';
import {
  alias,
  digest,
  entry,
  failure,
  history,
  hour,
  imported,
  minute,
  noon,
  settings,
  stream,
  timeAt,
} from './settling.ts';

interface Asking {
  readonly now?: number;
  readonly more?: Partial<ImportSettings>;
  readonly attempted?: number;
  readonly since?: number;
}

/** What is due, as `tag cause`. */
function due(of: ImageStream, { now = noon, more = {}, attempted, since }: Asking = {}): readonly string[] {
  const { due: imports } = importsDue(of, now, { ...settings, ...more }, () => attempted, since);
  return imports.map(({ tag, cause }) => `${tag} ${cause}`);
}

const checked = { 'openshift.io/image.dockerRepositoryCheck': 'a random error' };

describe('an import that was asked for', () => {
  const tag = (name: string, generation: number | null, more: Partial<TagReference> = {}) =>
    imported(name, `quay.io/org/ruby:${name}`, { generation, ...more });
  const at = (name: string, generation: number) => history(name, entry('abc', { generation }));
  // image-streams.md §6.1, §14.9 TestHandleImageStream
  it.each<readonly [string, readonly TagReference[], readonly NamedTagEventList[], readonly string[]]>([
    ['no tags', [], [], []],
    ['a reference', [tag('t', 2, { reference: true })], [], []],
    ['an unknown kind', [{ name: 't', from: { kind: 'Secret', name: 'x' }, generation: 2 }], [], []],
    ['no source', [{ name: 't', generation: 2 }], [], []],
    ['an alias', [alias('t', 'other', { generation: 2 })], [], []],
    ['a source that is no pull spec', [imported('t', 'A///b')], [], []],
    ['a source without a repository', [imported('t', 'quay.io')], [], []],
    ['no generation yet', [tag('t', null)], [], ['t Requested']],
    ['no generation yet, and a history', [tag('t', null)], [at('t', 5)], ['t Requested']],
    ['generation 0', [tag('t', 0)], [at('t', 5)], ['t Requested']],
    ['no history', [tag('t', 2)], [], ['t Requested']],
    [
      'one tag of two behind',
      [tag('v1', 1), tag('latest', 2)],
      [at('v1', 1), at('latest', 1)],
      ['latest Requested'],
    ],
    [
      'a failure of its generation',
      [tag('t', 2)],
      [{ tag: 't', conditions: [failure('NotFound', 'x', 2)] }],
      [],
    ],
    [
      'a failure of an earlier one',
      [tag('t', 2)],
      [{ tag: 't', conditions: [failure('NotFound', 'x', 1)] }],
      ['t Requested'],
    ],
    ['a history of its generation', [tag('t', 2)], [at('t', 2)], []],
    ['a history of a later one', [tag('t', 2)], [at('t', 3)], []],
    ['a history of an earlier one', [tag('t', 2)], [at('t', 1)], ['t Requested']],
    [
      'a history of an earlier one, and a failure of its own',
      [tag('t', 2)],
      [{ ...at('t', 1), conditions: [failure('NotFound', 'x', 2)] }],
      [],
    ],
  ])('is due for a tag with %s: %#', (_, tags, histories, expected) => {
    expect(due(stream({ tags, histories }))).toEqual(expected);
    expect(due(stream({ tags, histories, annotations: checked }))).toEqual(expected);
    expect(due(stream({ tags, histories }), { attempted: noon, since: noon })).toEqual(expected);
  });

  it('says all that its result is checked against', () => {
    const annotations = {
      'importer.image.openshift.io/prefer-arch': 'arm64',
      'importer.image.openshift.io/prefer-os': 'linux',
    };
    const tags = [
      imported('a', 'ruby:2', {
        annotations,
        generation: 3,
        importPolicy: { insecure: true, importMode: 'Legacy' },
      }),
      imported('b', 'ruby:3', { generation: null, importPolicy: null }),
    ];
    expect(importsDue(stream({ tags }), noon, settings)).toEqual({
      due: [
        {
          tag: 'a',
          from: 'ruby:2',
          generation: 3,
          insecure: true,
          mode: 'Legacy',
          platform: { architecture: 'arm64', os: 'linux' },
          cause: 'Requested',
        },
        {
          tag: 'b',
          from: 'ruby:3',
          generation: 0,
          insecure: false,
          mode: 'PreserveOriginal',
          platform: { architecture: '', os: '' },
          cause: 'Requested',
        },
      ],
      repository: undefined,
      nextAt: undefined,
    });
  });

  it('reads null wherever OpenShift writes null', () => {
    const nulls = stream({});
    expect(due({ ...nulls, spec: null, status: null })).toEqual([]);
    expect(due({ ...nulls, spec: { tags: null }, status: { tags: null } })).toEqual([]);
    const list = { tag: 't', items: null, conditions: null };
    expect(due({ ...nulls, spec: { tags: [{ name: 't', from: null }] }, status: { tags: [list] } })).toEqual(
      [],
    );
  });
});

describe('a whole repository', () => {
  const repository = 'quay.io/org/ruby';
  const insecure = { 'openshift.io/image.insecureRepository': 'true' };
  it.each<readonly [string, ImageStream, object | undefined]>([
    ['is due once', stream({ repository }), { repository, insecure: false, mode: 'PreserveOriginal' }],
    [
      'is due after the annotation was emptied',
      stream({ repository, annotations: { 'openshift.io/image.dockerRepositoryCheck': '' } }),
      { repository, insecure: false, mode: 'PreserveOriginal' },
    ],
    [
      'may be insecure',
      stream({ repository, annotations: insecure }),
      { repository, insecure: true, mode: 'PreserveOriginal' },
    ],
    [
      'is not due after it was imported, whatever came of it',
      stream({ repository, annotations: checked }),
      undefined,
    ],
    ['is not due where there is none', stream({}), undefined],
    ['is not due where it is empty', stream({ repository: '' }), undefined],
  ])('%s', (_, of, expected) => {
    expect(importsDue(of, noon, settings).repository).toEqual(expected);
  });
});

describe('a scheduled import', () => {
  const scheduled = (name: string, from?: string, more: Partial<TagReference> = {}) =>
    imported(name, from, { importPolicy: { scheduled: true }, ...more });
  const done = (...names: readonly string[]) => names.map((name) => history(name, 'abc'));
  const pinned = `quay.io/org/ruby@${digest('abc')}`;
  /** All that comes due within a day, each once. */
  const withinADay = (of: ImageStream, more: Partial<ImportSettings> = {}) => {
    const found = new Set<string>();
    for (let now = noon; now < noon + 24 * hour; now += 5 * minute) {
      for (const each of due(of, { now, attempted: now - 5 * minute, more })) found.add(each);
    }
    return [...found].sort();
  };

  // image-streams.md §14.9 TestSchedulingChecks
  it.each<readonly [string, readonly TagReference[], readonly NamedTagEventList[], readonly string[]]>([
    ['nothing that is not scheduled', [imported('t')], done('t'), []],
    ['a tag of a registry', [scheduled('t', 'mysql:latest')], done('t'), ['t Scheduled']],
    [
      'a tag that fails for good',
      [scheduled('t')],
      [{ tag: 't', conditions: [failure('NotFound', 'x')] }],
      ['t Scheduled'],
    ],
    [
      'a digest that could not be imported',
      [scheduled('t', pinned)],
      [{ tag: 't', conditions: [failure('NotFound', 'x')] }],
      ['t Scheduled'],
    ],
    ['no digest that was imported', [scheduled('t', pinned)], done('t'), []],
    [
      'of two digests the one that was not imported',
      [scheduled('a', pinned), scheduled('b', pinned)],
      [...done('a'), { tag: 'b', conditions: [failure('NotFound', 'x')] }],
      ['b Scheduled'],
    ],
    [
      'a digest that was imported before it was asked for again',
      [scheduled('t', pinned, { generation: 2 })],
      [{ ...history('t', 'abc'), conditions: [failure('NotFound', 'x', 2)] }],
      ['t Scheduled'],
    ],
    ['no reference', [scheduled('t', undefined, { reference: true })], done('t'), []],
    ['no alias', [alias('t', 'x', { importPolicy: { scheduled: true } })], done('t'), []],
    ['no source that is no pull spec', [scheduled('t', 'A//b')], done('t'), []],
  ])('comes round for %s', (_, tags, histories, expected) => {
    expect(withinADay(stream({ tags, histories }))).toEqual(expected);
  });

  it('does not come round when the program is told so', () => {
    const of = stream({ tags: [scheduled('t')], histories: done('t') });
    expect(withinADay(of, { scheduledImports: false })).toEqual([]);
    expect(importsDue(of, noon, { ...settings, scheduledImports: false }).nextAt).toBeUndefined();
  });

  const gaps = (of: ImageStream, more: Partial<ImportSettings> = {}) => {
    const times: number[] = [];
    for (let now = noon; times.length < 5; ) {
      now = importsDue(of, now, { ...settings, ...more }).nextAt ?? 0;
      times.push(now);
    }
    return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 4 / minute;
  };
  it.each<readonly [string, Readonly<Record<string, string>>, Partial<ImportSettings>, number]>([
    ["the program's interval", {}, {}, 15],
    ['its own interval', { 'imagestreams.io/interval': '1h30m' }, {}, 90],
    [
      'no shorter interval than is allowed',
      { 'imagestreams.io/interval': '5s' },
      { minimumIntervalMs: 5 * minute },
      5,
    ],
    ["the program's interval when its own cannot be read", { 'imagestreams.io/interval': 'often' }, {}, 15],
  ])('comes round at %s', (_, annotations, more, expected) => {
    const of = stream({ tags: [scheduled('t', undefined, { annotations })], histories: done('t') });
    expect(gaps(of, more)).toBeGreaterThan(expected * 0.9);
    expect(gaps(of, more)).toBeLessThan(expected * 1.1);
  });

  it('is due at its slot, once', () => {
    const of = stream({ tags: [scheduled('t')], histories: done('t') });
    const slot = importsDue(of, noon, settings).nextAt ?? 0;
    expect(due(of, { now: slot - 1, since: noon })).toEqual([]);
    expect(due(of, { now: slot, since: noon })).toEqual(['t Scheduled']);
    expect(due(of, { now: slot + minute, since: noon })).toEqual(['t Scheduled']);
    expect(due(of, { now: slot + minute, since: noon, attempted: slot })).toEqual([]);
  });

  it('is no burst after a restart', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `t${index}`);
    const tags = names.map((name) => scheduled(name, `quay.io/org/${name}`));
    const of = stream({ tags, histories: done(...names) });
    expect(due(of, { since: noon })).toEqual([]);
    const inAMinute = due(of, { now: noon + minute, since: noon }).length;
    expect(inAMinute).toBeGreaterThan(1000 / 15 / 2);
    expect(inAMinute).toBeLessThan((1000 / 15) * 2);
  });

  it('counts what is stored as attempts when nobody remembers any', () => {
    const tags = [scheduled('t')];
    const slot = importsDue(stream({ tags, histories: done('t') }), noon, settings).nextAt ?? 0;
    const made = (created: number) => [history('t', entry('abc', { created: timeAt(created) }))];
    expect(due(stream({ tags, histories: made(slot - minute) }), { now: slot + 5000 })).toEqual([
      't Scheduled',
    ]);
    expect(due(stream({ tags, histories: made(slot + 2000) }), { now: slot + 5000 })).toEqual([]);
  });
});

describe('a failed import', () => {
  const failing = (reason: string, since = noon) =>
    stream({
      tags: [imported('t')],
      histories: [{ tag: 't', conditions: [failure(reason, 'x', 1, since)] }],
    });

  it('is due again when its cause may have passed, and then not before the next time', () => {
    const of = failing('ServerError');
    expect(due(of, { now: noon + 0.8 * minute })).toEqual([]);
    expect(due(of, { now: noon + 1.2 * minute })).toEqual(['t Retry']);
    expect(due(of, { now: noon + 1.2 * minute, attempted: noon + 1.15 * minute })).toEqual([]);
    expect(due(of, { now: noon + 3.3 * minute, attempted: noon + 1.15 * minute })).toEqual(['t Retry']);
  });

  it('says when to look again', () => {
    const { nextAt = 0 } = importsDue(failing('ServerError'), noon, settings);
    expect(nextAt).toBeGreaterThanOrEqual(noon + 0.9 * minute);
    expect(nextAt).toBeLessThanOrEqual(noon + 1.1 * minute);
  });

  it('is not due when nothing but a change helps', () => {
    const plan = importsDue(failing('NotFound', noon - 1000 * hour), noon, settings);
    expect(plan).toEqual({ due: [], repository: undefined, nextAt: undefined });
  });

  it('is due while the tag shows its last good image', () => {
    const list = { ...history('t', 'abc'), conditions: [failure('Timeout', 'x', 1, noon)] };
    const of = stream({ tags: [imported('t')], histories: [list] });
    expect(due(of, { now: noon + 2 * minute })).toEqual(['t Retry']);
  });

  it('is no burst after a restart', () => {
    expect(due(failing('Timeout', noon - 1000 * hour), { since: noon })).toEqual([]);
    expect(due(failing('Timeout', noon - 1000 * hour), { now: noon + 2 * hour, since: noon })).toEqual([
      't Retry',
    ]);
  });

  it('without a time is left to its schedule', () => {
    const { lastTransitionTime, ...condition } = failure('Timeout', 'x');
    const of = stream({ tags: [imported('t')], histories: [{ tag: 't', conditions: [condition] }] });
    expect(due(of)).toEqual([]);
  });
});

describe('an image that waits', () => {
  const waiting = (tag: Partial<TagReference>) =>
    stream({
      tags: [imported('t', undefined, { annotations: { 'imagestreams.io/min-age': '2h' }, ...tag })],
      histories: [history('t', 'abc')],
      annotations: {
        'imagestreams.io/candidates': JSON.stringify({ t: { image: digest('def'), seen: timeAt(noon) } }),
      },
    });

  it('is imported when it is old enough, scheduled or not', () => {
    const of = waiting({});
    expect(importsDue(of, noon, settings).nextAt).toBe(noon + 2 * hour);
    expect(due(of, { now: noon + 2 * hour - 1, since: noon })).toEqual([]);
    expect(due(of, { now: noon + 2 * hour, since: noon })).toEqual(['t Scheduled']);
    expect(due(of, { now: noon + 3 * hour, attempted: noon + 2 * hour })).toEqual([]);
  });

  it('is imported when its time came while nobody was there', () => {
    expect(due(waiting({}), { now: noon + 3 * hour, since: noon + 3 * hour })).toEqual(['t Scheduled']);
  });

  it('waits where nothing is scheduled', () => {
    expect(due(waiting({}), { now: noon + 3 * hour, more: { scheduledImports: false } })).toEqual([]);
  });

  it('does not keep the tag from being imported when somebody asks', () => {
    expect(due(waiting({ generation: 2 }))).toEqual(['t Requested']);
  });
});
