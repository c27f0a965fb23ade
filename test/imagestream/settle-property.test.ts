import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type ImageStream,
  type ImportOutcome,
  type ImportResult,
  importsDue,
  prepareImageStream,
  type RepositoryResult,
  type TagEvent,
  type TagImport,
  type TagReference,
  trackedStream,
} from '../../src/imagestream/index.ts';
import {
  alias,
  digest,
  hour,
  imagesOf,
  imported,
  minute,
  noon,
  type Settling,
  settings,
  settled,
  sourcesOf,
  stream,
  tagOf,
} from './settling.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const name = fc.constantFrom(...names);
const letters = fc.constantFrom('aaa', 'bbb', 'ccc');
const minimumAge = { 'imagestreams.io/min-age': '1h' };
const follow = { 'imagestreams.io/follow': 'true' };
const other = stream({ name: 'other', tags: [imported('x')] });

const source: fc.Arbitrary<Partial<TagReference>> = fc.oneof(
  fc
    .constantFrom('quay.io/org/ruby:1', 'quay.io/org/ruby:2')
    .map((from) => ({ from: { kind: 'DockerImage', name: from } })),
  fc.constant({
    from: { kind: 'DockerImage', name: 'quay.io/org/ruby:1' },
    importPolicy: { scheduled: true },
    annotations: minimumAge,
  }),
  fc
    .constantFrom('ref:1', 'ref:2')
    .map((from) => ({ from: { kind: 'DockerImage', name: from }, reference: true })),
  name.map((tag) => ({ from: { kind: 'ImageStreamTag', name: tag } })),
  fc
    .constantFrom({}, { annotations: follow })
    .map((more) => ({ from: { kind: 'ImageStreamTag', name: 'other:x' }, ...more })),
  letters.map((image) => ({ from: { kind: 'ImageStreamImage', name: `ruby@${image}` } })),
  fc.constantFrom({}, { from: { kind: 'DockerImage', name: 'A//b' } }),
);

const outcome: fc.Arbitrary<ImportOutcome> = fc.oneof(
  { weight: 3, arbitrary: letters.map((image) => found('quay.io/org/ruby', image)) },
  fc
    .constantFrom('NotFound', 'Timeout')
    .map((reason) => ({ kind: 'Failed', reason, message: `${reason} again` }) as const),
);

function found(repository: string, image: string): ImportOutcome {
  return { kind: 'Image', image: digest(image), reference: `${repository}@${digest(image)}` };
}

/** What may happen, in any order. Answers come late, twice, or never. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('write' as const), name, source }) },
  fc.record({ does: fc.constant('remove' as const), name }),
  fc.record({ does: fc.constant('ask' as const), name }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant('import' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('answer' as const),
      pick: fc.nat(20),
      outcome,
      twice: fc.boolean(),
    }),
  },
  fc.record({ does: fc.constant('wait' as const), minutes: fc.nat(90) }),
  fc.record({ does: fc.constant('elsewhere' as const), letters }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A stream, the user who writes it, and the controller that settles it whenever anything happened. */
class Model {
  stream: ImageStream = stream({});
  now = noon;
  other = other;
  /** What the user wants, without what admission and the controller add. */
  readonly wanted = new Map<string, Partial<TagReference>>();
  readonly asked: TagImport[] = [];
  readonly #bounds: Pick<Settling, 'mostEntries' | 'mostBytes'>;

  constructor(bounds: Pick<Settling, 'mostEntries' | 'mostBytes'> = {}) {
    this.#bounds = bounds;
  }

  do(each: Step): void {
    switch (each.does) {
      case 'write':
        this.wanted.set(each.name, each.source);
        this.#write();
        break;
      case 'remove':
        this.wanted.delete(each.name);
        this.#write();
        break;
      case 'ask':
        this.#write(each.name);
        break;
      case 'import':
        this.asked.push(...importsDue(this.stream, this.now, settings, undefined, noon).due);
        break;
      case 'answer': {
        const request = this.asked[each.pick % Math.max(this.asked.length, 1)];
        if (request !== undefined) this.settle([{ request, outcome: each.outcome }]);
        if (request !== undefined && !each.twice) this.asked.splice(this.asked.indexOf(request), 1);
        break;
      }
      case 'wait':
        this.now += each.minutes * minute;
        break;
      case 'elsewhere': {
        const history = {
          tag: 'x',
          items: [
            { image: digest(each.letters), dockerImageReference: `quay.io/other@${digest(each.letters)}` },
          ],
        };
        this.other = { ...other, status: { tags: [history] } };
        break;
      }
    }
    this.settle([]);
  }

  settle(results: readonly ImportResult[]): void {
    const options = { now: this.now, results, sources: sourcesOf([this.other]), ...this.#bounds };
    const before = this.stream;
    const after = settled(before, options);
    expect(settled(after.stream, options).stream).toBe(after.stream);
    if (this.#bounds.mostEntries === undefined) expect(keptHistory(before, after.stream)).toEqual([]);
    else this.#isBounded(before, after.stream);
    const moved = names.filter(
      (tag) => pointsTo(before, tag) !== pointsTo(after.stream, tag) && tagOf(after.stream, tag)?.items,
    );
    expect(after.moved.map(({ tag }) => tag).sort()).toEqual(moved);
    this.#stored(after.stream);
    this.#hasWhatIsWanted();
  }

  /** No tag loses what it points to for want of room, and there is no more than fits. */
  #isBounded(before: ImageStream, after: ImageStream): void {
    const { mostEntries = 0, mostBytes = 0 } = this.#bounds;
    const declared = new Set((after.spec?.tags ?? []).map((tag) => tag.name));
    for (const { tag, items } of before.status?.tags ?? []) {
      if (items?.length && declared.has(tag)) expect(imagesOf(after, tag)).not.toEqual([]);
    }
    if (after === before) return;
    const lengths = names.map((tag) => imagesOf(after, tag).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(mostEntries);
    if (Buffer.byteLength(JSON.stringify(after)) > mostBytes)
      expect(Math.max(...lengths)).toBeLessThanOrEqual(1);
  }

  #write(again?: string): void {
    const old = this.stream;
    const before = new Map((old.spec?.tags ?? []).map((tag) => [tag.name, tag]));
    const tags = [...this.wanted].map(([tag, wanted]) => {
      const generation = tag === again ? 0 : before.get(tag)?.generation;
      return { name: tag, ...wanted, ...(generation === undefined ? {} : { generation }) };
    });
    const next = { ...old, spec: { tags } };
    this.#stored(
      prepareImageStream({
        next,
        old,
        namespace: 'app',
        clientSideApply: false,
        defaultMode: 'PreserveOriginal',
      }),
    );
  }

  /** The API server counts every write that changes something. */
  #stored(next: ImageStream): void {
    if (next === this.stream) return;
    this.stream = {
      ...next,
      metadata: { ...next.metadata, generation: (this.stream.metadata.generation ?? 0) + 1 },
    };
  }

  #hasWhatIsWanted(): void {
    const tags = (this.stream.spec?.tags ?? []).map(({ name: tag, from, reference, annotations }) => [
      tag,
      from,
      reference,
      annotations,
    ]);
    expect(tags.sort()).toEqual(
      [...this.wanted]
        .map(([tag, { from, reference, annotations }]) => [tag, from, reference, annotations])
        .sort(),
    );
  }
}

function pointsTo(at: ImageStream, tag: string): string {
  const head = tagOf(at, tag)?.items?.[0];
  return `${head?.image} ${head?.dockerImageReference}`;
}

/** Tags that lost an entry, or had one changed by more than §4.5 allows; none is right. */
function keptHistory(before: ImageStream, after: ImageStream): readonly string[] {
  const inSpec = new Set((after.spec?.tags ?? []).map((tag) => tag.name));
  return (before.status?.tags ?? []).flatMap(({ tag, items }) => {
    const [head, ...older] = items ?? [];
    if (head === undefined || (!inSpec.has(tag) && tagOf(after, tag) === undefined)) return [];
    const kept = tagOf(after, tag)?.items ?? [];
    const [changed, ...rest] = kept.slice(kept.length - older.length - 1);
    const sameOlder = JSON.stringify(rest) === JSON.stringify(older);
    return sameOlder && changed !== undefined && isHead(changed, head) && kept.length <= older.length + 2
      ? []
      : [tag];
  });
}

/** The same entry, or one changed in place. */
function isHead(now: TagEvent, before: TagEvent): boolean {
  const same = (one = '', another = '') => one === another;
  return (
    (now.created ?? '') === (before.created ?? '') &&
    (same(now.image, before.image) || same(now.dockerImageReference, before.dockerImageReference))
  );
}

describe('a stream that users and the controller write in any order', () => {
  const story = (steps: readonly Step[]) => {
    const model = new Model();
    for (const each of steps) model.do(each);
    return model;
  };
  const steps = fc.array(step, { maxLength: 40 });

  it('keeps its history and what the user wants, and is settled after each step', () => {
    fc.assert(
      fc.property(steps, (all) => void story(all)),
      { numRuns: 300 },
    );
  });

  it('keeps as much history as there is room for', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1000, max: 3000 }),
        (all, mostEntries, mostBytes) => {
          const model = new Model({ mostEntries, mostBytes });
          for (const each of all) model.do(each);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('comes to rest when all that is due is answered, with followers where their sources are', () => {
    fc.assert(
      fc.property(steps, letters, (all, image) => {
        const model = story(all);
        const { due } = importsDue(model.stream, model.now, settings);
        model.settle(due.map((request) => ({ request, outcome: found('quay.io/org/ruby', image) })));
        const at = model.stream;
        expect(importsDue(at, model.now, settings).due.filter(({ cause }) => cause === 'Requested')).toEqual(
          [],
        );
        for (const { name: tag, from, annotations } of at.spec?.tags ?? []) {
          const state = tagOf(at, tag);
          if (state?.conditions?.length) continue;
          if (
            from?.kind === 'ImageStreamTag' &&
            from.name !== 'other:x' &&
            pointsTo(at, from.name ?? '').startsWith('sha')
          ) {
            expect(pointsTo(at, tag)).toBe(pointsTo(at, from.name ?? ''));
          }
          if (from?.name === 'other:x' && annotations !== undefined && model.other.status) {
            expect(imagesOf(at, tag)[0]).toBe(imagesOf(model.other, 'x')[0]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('can be judged by what the controller keeps in memory', () => {
    fc.assert(
      fc.property(steps, fc.array(outcome, { maxLength: 3 }), fc.nat(3 * 60), (all, outcomes, passed) => {
        const model = story(all);
        const whole = model.stream;
        const tracked = trackedStream(whole);
        const now = model.now + passed * minute;
        expect(importsDue(tracked, now, settings)).toEqual(importsDue(whole, now, settings));
        const results = model.asked.slice(0, outcomes.length).flatMap((request, index) => {
          const each = outcomes[index];
          return each === undefined ? [] : [{ request, outcome: each }];
        });
        for (const each of [[], results]) {
          const options = { now, results: each, sources: sourcesOf([model.other]) };
          const changes = settled(whole, options).stream !== whole;
          // a failure is read again when its message is not in memory
          if (changes || !each.some(({ outcome: { kind } }) => kind === 'Failed')) {
            expect(settled(tracked, options).stream !== tracked).toBe(changes);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a whole repository', () => {
  it('settles for good, whatever it has', () => {
    const tags = fc.array(
      fc.oneof(fc.string(), fc.stringMatching(/^v?[0-9]\.[0-9](\.[0-9])?$/), fc.constant('latest')),
    );
    fc.assert(
      fc.property(tags, fc.nat(60), (found, most) => {
        const before = stream({
          repository: 'quay.io/org/ruby',
          tags: [imported('latest'), alias('9.9', 'latest')],
        });
        const repository: RepositoryResult = {
          request: { repository: 'quay.io/org/ruby', insecure: false, mode: 'PreserveOriginal' },
          outcome: { kind: 'Tags', tags: found },
        };
        const options = { repository, mostRepositoryTags: most, now: noon + hour };
        const after = settled(before, options);
        expect(settled(after.stream, options).stream).toBe(after.stream);
        expect(after.stream.spec?.tags?.slice(0, 2)).toEqual(before.spec?.tags);
        expect(after.declared.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
