import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  crossNamespaceSources,
  fieldProblemText,
  type ImageStream,
  nextGeneration,
  prepareImageStream,
  tagReferenceChanged,
  validateImageStream,
  validateImageStreamStatus,
} from '../../src/imagestream/index.ts';
import type { TagReference } from '../../src/imagestream/types.ts';
import { allowListOf } from './told.ts';
import { recorded, written } from './written.ts';

const names = ['a', 'b', 'c', 'latest'] as const;
const optional = { requiredKeys: [] as never[] };
const tag = fc
  .record(
    {
      annotations: fc.constantFrom(null, {}, { note: '1' }, { note: '2' }),
      from: fc.oneof(
        fc.constant(null),
        fc.record({
          kind: fc.constantFrom('DockerImage', 'ImageStreamTag'),
          name: fc.constantFrom('a', 'b', 's:c'),
        }),
        fc.record({
          kind: fc.constant('ImageStreamTag'),
          name: fc.constantFrom('a', 's:c'),
          namespace: fc.constantFrom('ns', 'other'),
        }),
      ),
      reference: fc.boolean(),
      generation: fc.option(fc.integer({ min: -1, max: 9 })),
      importPolicy: fc.record(
        { scheduled: fc.boolean(), importMode: fc.constantFrom('', 'Legacy', 'PreserveOriginal') },
        optional,
      ),
      referencePolicy: fc.constantFrom(null, {}, { type: 'Source' }, { type: 'Local' }),
    },
    optional,
  )
  .map((parts) => parts as Omit<TagReference, 'name'>);
const tags = fc
  .uniqueArray(fc.record({ name: fc.constantFrom(...names), parts: tag }), { selector: ({ name }) => name })
  .map((list): readonly TagReference[] => list.map(({ name, parts }) => ({ name, ...parts })));
const own = ['imagestreams.io/tags', 'imagestreams.io/updated', 'imagestreams.io/removed-tags'] as const;
const annotations = fc.dictionary(
  fc.constantFrom(...own, 'mine'),
  fc.constantFrom('["a"]', '["b","c"]', 'x'),
);
const manifest = fc.oneof(
  tags.map((list) => JSON.stringify(written({ tags: list }))),
  fc.constantFrom('', '{', 'null', '{"spec":{"tags":[{"name":"a"},1]}}'),
);
const sent = fc.record({ annotations, tags }).map(written);
const history = fc.uniqueArray(fc.constantFrom(...names)).map((list) => ({
  tags: list.map((name) => ({ tag: name, items: [recorded('x', 3)] })),
}));
/** As the API server holds it: prepared once before. */
const stored = fc
  .record({ annotations, tags, status: history, manifest, generation: fc.integer({ min: 1, max: 9 }) })
  .map(({ manifest: last, generation, ...parts }) => {
    const first = prepare(written(parts), undefined, false);
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': last };
    const metadata = {
      ...first.metadata,
      generation,
      annotations: { ...first.metadata.annotations, ...applied },
    };
    return { ...first, metadata };
  });
const createdOrStored = fc.option(stored, { nil: undefined });

function prepare(next: ImageStream, old: ImageStream | undefined, clientSideApply: boolean): ImageStream {
  return prepareImageStream({ next, old, namespace: 'ns', clientSideApply, defaultMode: 'PreserveOriginal' });
}

const tagsOf = (stream: ImageStream | undefined) => stream?.spec?.tags ?? [];
const annotationOf = ({ metadata }: ImageStream, name: string) => metadata.annotations?.[name];
const tagNamed = (stream: ImageStream | undefined, name: string) =>
  tagsOf(stream).find((each) => each.name === name);

describe('preparing a stream', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(sent, createdOrStored, fc.boolean(), (next, old, apply) => {
        const once = prepare(next, old, apply);
        expect(prepare(once, old, apply)).toBe(once);
      }),
    );
  });

  it('changes nothing of what is stored', () => {
    fc.assert(
      fc.property(stored, fc.boolean(), (old, apply) => {
        const next = structuredClone(old);
        expect(prepare(next, old, apply)).toBe(next);
      }),
    );
  });

  it('leaves what it is given as it was', () => {
    fc.assert(
      fc.property(sent, createdOrStored, fc.boolean(), (next, old, apply) => {
        const before = structuredClone({ next, old });
        prepare(next, old, apply);
        expect({ next, old }).toEqual(before);
      }),
    );
  });

  it('lets nobody choose a generation', () => {
    fc.assert(
      fc.property(sent, stored, fc.boolean(), (next, old, apply) => {
        const due = nextGeneration(old);
        for (const result of tagsOf(prepare(next, old, apply))) {
          const before = tagNamed(old, result.name);
          const asked = tagNamed(next, result.name)?.generation;
          const again = asked === 0 || asked === due;
          const changed = before === undefined || tagReferenceChanged(before, result, 'ns');
          expect(result.generation).toBe(changed || again ? due : before.generation);
        }
      }),
    );
  });

  it('merges an apply so that no tag of somebody else is lost, and none of the applier stays', () => {
    fc.assert(
      fc.property(sent, stored, (next, old) => {
        const result = prepare(next, old, true);
        const last = old.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
        const applied = namesIn(last);
        const expected = tagsOf(old)
          .map(({ name }) => name)
          .filter((name) => tagNamed(next, name) !== undefined || !applied.has(name));
        const added = tagsOf(next)
          .map(({ name }) => name)
          .filter((name) => tagNamed(old, name) === undefined);
        expect(tagsOf(result).map(({ name }) => name)).toEqual([...expected, ...added]);
      }),
    );
  });

  it('keeps what only the controller writes', () => {
    fc.assert(
      fc.property(sent, stored, fc.boolean(), (next, old, apply) => {
        const result = prepare(next, old, apply);
        for (const name of own.slice(0, 2)) {
          expect(annotationOf(result, name)).toBe(annotationOf(old, name));
        }
      }),
    );
  });
});

function namesIn(text: string): ReadonlySet<string> {
  try {
    const list = JSON.parse(text)?.spec?.tags ?? [];
    return new Set(list.map((each: { name?: string }) => each.name));
  } catch {
    return new Set();
  }
}

describe('arbitrary JSON', () => {
  const json = fc.jsonValue();
  const keyed = fc.record(
    {
      metadata: fc.oneof(json, fc.record({ name: json, annotations: json, generation: json }, optional)),
      spec: fc.oneof(
        json,
        fc.record({
          dockerImageRepository: json,
          tags: fc.array(fc.record({ name: fc.string(), from: json }, optional)),
        }),
        fc.record({
          tags: fc.array(
            fc.record({
              name: fc.string(),
              annotations: fc.dictionary(fc.string(), fc.string()),
              from: fc.record({
                kind: fc.constantFrom('DockerImage', 'ImageStreamTag', 'ImageStreamImage'),
                name: fc.string(),
              }),
            }),
          ),
        }),
      ),
      status: fc.oneof(
        json,
        fc.record({ tags: fc.array(fc.record({ tag: fc.string(), items: json }, optional)) }),
      ),
    },
    optional,
  );
  const anything = keyed.map((value) => value as unknown as ImageStream);
  const allowList = allowListOf('quay.io');

  it('never breaks a decision', () => {
    fc.assert(
      fc.property(anything, fc.option(anything, { nil: undefined }), fc.boolean(), (next, old, apply) => {
        const prepared = prepare(next, old, apply);
        const problems = [
          ...validateImageStream({
            next,
            old,
            namespace: 'ns',
            allowList,
            mostBytes: 100,
            minimumIntervalMs: 1,
          }),
          ...validateImageStreamStatus({ next, old: old ?? next, allowList }),
        ];
        expect(problems.length).toBeLessThanOrEqual(64);
        for (const problem of problems) expect(fieldProblemText(problem).length).toBeLessThan(2000);
        crossNamespaceSources(prepared, old, 'ns');
      }),
      { numRuns: 500 },
    );
  });
});
