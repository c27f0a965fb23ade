import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mutate, resolvedAnnotation, validate } from '../../src/admission/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import {
  builtInKinds,
  imagePointer,
  imagesOf,
  type KubernetesObject,
  resolveNamesAnnotation,
  type WorkloadKind,
} from '../../src/workloads/index.ts';
import { applied, requestFor, workload } from './reviews.ts';
import { AAA, registry, shopStreams } from './streams-fixture.ts';
import { around, type Setup, storedImages } from './surroundings.ts';

const kinds = fc.constantFrom(...builtInKinds);
const image = fc.oneof(
  fc.constantFrom(
    'mysql:5.7',
    'mysql',
    'mirror:v1',
    'php',
    'refonly:x',
    'nosuch:1',
    'mysqll:5.7',
    `mysql@${AAA}`,
    `mysql:5.7@${AAA}`,
    'quay.io/x/mysql:5.7',
    `${registry}/app/php`,
    `${registry}/other/php:latest`,
    'a/b/c:1',
    'my.stream',
    'localhost:5000',
    '',
    ' ',
    'UPPER:1',
  ),
  fc.string({ maxLength: 20 }),
);
/** The API server stores no two containers, and no two volumes, of one name. */
const namedBy = (...names: readonly string[]) =>
  fc
    .array(image, { maxLength: names.length })
    .map((images) => images.map((each, index) => ({ name: names[index] ?? '', image: each })));
const volumes = namedBy('a', 'data').map((all) =>
  all.map(({ name, image: reference }) => ({ name, image: { reference } })),
);
const annotationKey = fc.constantFrom(resolvedAnnotation, resolveNamesAnnotation, triggersAnnotation, 'note');
const annotationText = fc.oneof(
  fc.constantFrom('*', '{}', '[]', '{"a":{"name":"mysql:5.7","imageStreamTag":"mysql:5.7"}}'),
  fc.string({ maxLength: 20 }),
);

const contents = fc.record(
  {
    containers: namedBy('a', 'constructor', '__proto__', 'b'),
    initContainers: namedBy('init', 'toString', 'c'),
    volumes,
    annotations: fc.dictionary(annotationKey, annotationText, { maxKeys: 3 }),
    templateAnnotations: fc.dictionary(annotationKey, annotationText, { maxKeys: 2 }),
  },
  { requiredKeys: ['containers'] },
);

const rewritesAll = {
  resolveImages: 'AttemptRewrite',
  resolutionRules: ['', 'apps', 'batch'].map((group) => ({ targetResource: { group, resource: '*' } })),
};
const resolving: readonly Setup[] = [
  { unresolved: 'Warn' },
  { unresolved: 'Warn', streams: shopStreams({ repositories: false }) },
  { unresolved: 'Warn', provenance: false },
  { unresolved: 'Warn', policyConfig: rewritesAll },
];
const setups = fc.constantFrom(...resolving);
const workloads = fc.tuple(kinds, contents).map(([kind, each]) => [kind, workload(kind, each)] as const);

/** A field of the object may hold anything at all. */
const nonsense = fc.oneof(
  fc.constantFrom(null, true, 0, '', 'text', [], [null], [[]], {}, { image: null }, { name: {}, image: 1 }, [
    { image: {} },
  ]),
  fc.jsonValue({ maxDepth: 4 }),
);

/** Objects of a kind with nonsense at one step of a path that is looked at. */
const broken = fc.tuple(kinds, contents, nonsense, fc.nat()).map(([kind, each, value, where]) => {
  const paths = [
    ['metadata'],
    ['metadata', 'annotations'],
    ['metadata', 'annotations', resolvedAnnotation],
    ['metadata', 'annotations', triggersAnnotation],
    ['metadata', 'ownerReferences'],
    ['metadata', 'name'],
    ...kind.podSpecPath.map((_, index) => kind.podSpecPath.slice(0, index + 1)),
    ...['containers', 'initContainers', 'ephemeralContainers', 'volumes'].map((list) => [
      ...kind.podSpecPath,
      list,
    ]),
    [...kind.podSpecPath, 'containers', '0'],
    [...kind.podSpecPath, 'serviceAccountName'],
    ...(kind.templateMetadataPath === undefined ? [] : [[...kind.templateMetadataPath]]),
  ];
  return [kind, replaced(workload(kind, each), paths[where % paths.length] ?? [], value)] as const;
});

function replaced(object: unknown, [field, ...rest]: readonly string[], value: unknown): KubernetesObject {
  if (field === undefined) return value as KubernetesObject;
  const inner = typeof object === 'object' && object !== null ? object : {};
  const copy: Record<string, unknown> = Array.isArray(inner) ? ([...inner] as never) : { ...inner };
  copy[field] = replaced(copy[field], rest, value);
  return copy as KubernetesObject;
}

async function survives(kind: WorkloadKind, object: KubernetesObject, old: KubernetesObject): Promise<void> {
  for (const setup of [{}, { policyConfig: { resolveImages: 'Required' } }]) {
    for (const request of [
      requestFor(kind, object),
      requestFor(kind, object, { old }),
      requestFor(kind, old, { old: object }),
    ]) {
      const mutated = await mutate(request, around(setup));
      if (mutated.answer.allowed && request.object === object) applied(request, mutated);
      await validate(request, around(setup));
    }
  }
}

describe('any object', () => {
  it('is reviewed without a crash, and its patch applies, whatever stands in any field', async () => {
    await fc.assert(
      fc.asyncProperty(broken, workloads, ([kind, object], [, old]) => survives(kind, object, old)),
      { numRuns: 400 },
    );
  });

  it('is reviewed without a crash, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, fc.jsonValue(), fc.jsonValue(), (kind, object, old) =>
        survives(kind, object as KubernetesObject, old as KubernetesObject),
      ),
    );
  });

  it('is reviewed without a crash, however deep', async () => {
    const deep = JSON.parse(`${'{"spec":['.repeat(20_000)}${']}'.repeat(20_000)}`) as KubernetesObject;
    const pods = builtInKinds[0] as WorkloadKind;
    await mutate(requestFor(pods, deep, { old: deep }), around());
    await validate(requestFor(pods, deep, { old: deep }), around());
  });
});

describe('a workload', () => {
  it('that was patched is left as it is', async () => {
    await fc.assert(
      fc.asyncProperty(workloads, setups, async ([kind, object], setup) => {
        const request = requestFor(kind, object);
        const once = applied(request, await mutate(request, around(setup)));
        const again = await mutate({ ...request, object: once }, around(setup));
        expect(again.answer).toMatchObject({ allowed: true, patch: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('that was patched on update is left as it is', async () => {
    await fc.assert(
      fc.asyncProperty(workloads, contents, setups, async ([kind, object], before, setup) => {
        const request = requestFor(kind, object, { old: workload(kind, before) });
        const once = applied(request, await mutate(request, around(setup)));
        const again = await mutate({ ...request, object: once }, around(setup));
        expect(again.answer).toMatchObject({ allowed: true, patch: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('whose images are resolved keeps them', async () => {
    await fc.assert(
      fc.asyncProperty(workloads, setups, async ([kind, object], setup) => {
        const request = requestFor(kind, object);
        const once = await storedImages(request, around(setup));
        if (once === 'Invalid') return;
        const resolved = applied(request, await mutate(request, around(setup)));
        expect(await storedImages(requestFor(kind, resolved), around(setup))).toEqual(once);
      }),
    );
  });

  it('is itself not touched by a review, nor by the same review again', async () => {
    await fc.assert(
      fc.asyncProperty(workloads, contents, setups, async ([kind, object], before, setup) => {
        const request = requestFor(kind, object, { old: workload(kind, before) });
        const text = JSON.stringify(request);
        const surroundings = around(setup);
        const first = [await mutate(request, surroundings), await validate(request, surroundings)];
        const second = [await mutate(request, surroundings), await validate(request, surroundings)];
        expect(second.map(({ answer }) => answer)).toEqual(first.map(({ answer }) => answer));
        expect(JSON.stringify(request)).toBe(text);
      }),
    );
  });

  it('is changed in image strings and the one annotation only', async () => {
    await fc.assert(
      fc.asyncProperty(workloads, setups, async ([kind, object], setup) => {
        const { answer } = await mutate(requestFor(kind, object), around(setup));
        if (!answer.allowed) return;
        const pointers = new Set(imagesOf(kind, object).map((place) => imagePointer(kind, place)));
        const own = `/metadata/annotations/${resolvedAnnotation.replace('/', '~1')}`;
        for (const operation of answer.patch) {
          if (pointers.has(operation.path)) expect(operation.op).toBe('replace');
          else if (operation.path === '/metadata/annotations')
            expect(valuesOf(operation)).toEqual([resolvedAnnotation]);
          else expect(operation.path).toBe(own);
        }
      }),
    );
  });
});

function valuesOf(operation: { readonly op: string; readonly value?: unknown }): readonly string[] {
  return Object.keys(operation.value as object);
}
