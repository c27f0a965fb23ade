import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AdmissionRequest, mutate, validate } from '../../src/admission/index.ts';
import type { ImageStream } from '../../src/imagestream/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { applied } from './reviews.ts';
import { type StreamRequestOptions, streamRequest } from './stream-requests.ts';
import { around } from './surroundings.ts';

const surroundings = around({ userMayPull: () => Promise.resolve({ allowed: true, reason: undefined }) });

const name = fc.constantFrom('1', '2', 'latest', 'constructor', '__proto__', 'a b');
const generation = fc.option(fc.constantFrom(0, 1, 2, 7));
const from = fc.oneof(
  fc.record({
    kind: fc.constantFrom('DockerImage', 'ImageStreamTag', 'ImageStreamImage', 'Other'),
    name: fc.constantFrom(
      'quay.io/org/app:1',
      'quay.io/org/app',
      '1',
      'app:2',
      `app@sha256:${'0'.repeat(64)}`,
      '',
    ),
  }),
  fc.constant({ kind: 'ImageStreamTag', name: 'java:8', namespace: 'base' }),
  fc.constant(null),
);
const tag = fc.record(
  {
    name,
    from,
    generation,
    reference: fc.boolean(),
    annotations: fc.constantFrom(null, {}, { 'imagestreams.io/interval': '5m' }),
    importPolicy: fc.constantFrom({}, { scheduled: true }, { importMode: 'Legacy' }),
    referencePolicy: fc.constantFrom({}, { type: 'Local' }, null),
  },
  { requiredKeys: ['name'] },
);
const tags = fc.uniqueArray(tag, { selector: (each) => each.name, maxLength: 5 });
const annotations = fc.dictionary(
  fc.constantFrom(
    'imagestreams.io/removed-tags',
    'imagestreams.io/candidates',
    'imagestreams.io/tags',
    'kubectl.kubernetes.io/last-applied-configuration',
    'note',
  ),
  fc.constantFrom('', '["1"]', '{}', '{"spec":{"tags":[{"name":"1"},{"name":"2"}]}}'),
);
const history = fc.uniqueArray(
  fc.record({ tag: name, items: fc.constantFrom(null, [{ image: '', generation: 3 }]) }),
  { selector: (each) => each.tag, maxLength: 3 },
);
const streams = fc.record({ tags: fc.option(tags), annotations: fc.option(annotations), history }).map(
  (parts) =>
    ({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'app', generation: 2, annotations: parts.annotations },
      spec: { tags: parts.tags },
      status: { tags: parts.history },
    }) as unknown as ImageStream,
);
/** A stored tag has no wish to be imported again: that was given a number. */
const storedStreams = streams.map((stream) => ({
  ...stream,
  spec: {
    tags:
      stream.spec?.tags?.map((each) => (each.generation === 0 ? { ...each, generation: null } : each)) ??
      null,
  },
}));
const managers = fc.constantFrom<StreamRequestOptions>({}, { fieldManager: 'kubectl-client-side-apply' });

/** What is stored in the end: the webhook's patch applied. */
async function storedBy(request: AdmissionRequest): Promise<KubernetesObject> {
  return applied(request, await mutate(request, surroundings));
}

async function survives(object: unknown, old: unknown): Promise<void> {
  for (const request of [
    streamRequest(object),
    streamRequest(object, { old: old as ImageStream }),
    streamRequest(object, { old: old as ImageStream, fieldManager: 'kubectl-client-side-apply' }),
    streamRequest(object, { old: old as ImageStream, subResource: 'status' }),
  ]) {
    const mutated = await mutate(request, surroundings);
    expect(mutated.answer.allowed).toBe(true);
    applied(request, mutated);
    await validate(request, surroundings);
  }
}

const nonsense = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    '',
    'text',
    [],
    [null],
    [[]],
    {},
    { name: {} },
    [{ name: 1 }],
    [{ from: [] }],
  ),
  fc.jsonValue({ maxDepth: 4 }),
);
const paths = [
  ['metadata'],
  ['metadata', 'name'],
  ['metadata', 'annotations'],
  ['metadata', 'annotations', 'imagestreams.io/removed-tags'],
  ['spec'],
  ['spec', 'tags'],
  ['spec', 'tags', '0'],
  ['spec', 'tags', '0', 'from'],
  ['spec', 'tags', '0', 'generation'],
  ['spec', 'dockerImageRepository'],
  ['status'],
  ['status', 'tags'],
  ['status', 'tags', '0', 'items'],
] as const;
const broken = fc
  .tuple(streams, fc.constantFrom(...paths), nonsense)
  .map(([stream, path, value]) => replaced(stream, path, value));

function replaced(object: unknown, [field, ...rest]: readonly string[], value: unknown): unknown {
  if (field === undefined) return value;
  const inner = typeof object === 'object' && object !== null ? object : {};
  const copy: Record<string, unknown> = Array.isArray(inner) ? ([...inner] as never) : { ...inner };
  copy[field] = replaced(copy[field], rest, value);
  return copy;
}

describe('any JSON in place of a stream', () => {
  it('is reviewed without a crash, whatever stands in any field, and its patch applies', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(broken, streams), fc.oneof(broken, streams), survives), {
      numRuns: 500,
    });
  });

  it('is reviewed without a crash, whatever it is', async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), survives));
  });

  it('is reviewed without a crash, however deep', async () => {
    const deep = JSON.parse(`${'{"spec":['.repeat(20_000)}${']}'.repeat(20_000)}`) as unknown;
    // what the API server would have pruned does no harm either
    const inTag = { spec: { tags: [{ name: '1', unknown: deep }] } };
    for (const [object, old] of [
      [deep, deep],
      [deep, inTag],
      [inTag, deep],
    ]) {
      const request = streamRequest(object, { old: old as ImageStream });
      expect((await mutate(request, surroundings)).answer.allowed).toBe(true);
    }
    await validate(streamRequest(deep, { old: inTag as unknown as ImageStream }), surroundings);
  });
});

describe('a stream', () => {
  it('that was reviewed is left as it is when it is reviewed again in the same request', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.option(storedStreams, { nil: undefined }),
        managers,
        async (next, old, by) => {
          const request = streamRequest(next, old === undefined ? by : { ...by, old });
          const object = await storedBy(request);
          const { answer } = await mutate({ ...request, object }, surroundings);
          expect(answer).toMatchObject({ allowed: true, patch: [] });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is stored as it was when the same is sent again', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.option(storedStreams, { nil: undefined }),
        managers,
        async (next, old, by) => {
          // generation 0 is a wish of its own each time
          fc.pre(!(next.spec?.tags ?? []).some((each) => each.generation === 0));
          const sent = by.fieldManager === undefined ? next : appliedClientSide(next);
          const first = await storedBy(streamRequest(sent, old === undefined ? by : { ...by, old }));
          const kept = { ...first, status: old?.status } as unknown as ImageStream;
          const again = streamRequest({ ...sent, metadata: kept.metadata }, { ...by, old: kept });
          const second = await storedBy(again);
          expect(second['spec']).toEqual(first['spec']);
          expect(second.metadata).toEqual(first.metadata);
          const { answer } = await validate({ ...again, object: second }, surroundings);
          expect(answer.allowed).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is itself not touched by a review, nor is the answer another the next time', async () => {
    await fc.assert(
      fc.asyncProperty(streams, storedStreams, managers, async (next, old, by) => {
        const request = streamRequest(next, { ...by, old });
        const text = JSON.stringify(request);
        const first = [await mutate(request, surroundings), await validate(request, surroundings)];
        const second = [await mutate(request, surroundings), await validate(request, surroundings)];
        expect(second.map(({ answer }) => answer)).toEqual(first.map(({ answer }) => answer));
        expect(JSON.stringify(request)).toBe(text);
      }),
    );
  });

  it('is changed in its tags and the annotations of this project only', async () => {
    await fc.assert(
      fc.asyncProperty(streams, storedStreams, managers, async (next, old, by) => {
        const { answer } = await mutate(streamRequest(next, { ...by, old }), surroundings);
        if (!answer.allowed) throw new Error('refused');
        for (const { path } of answer.patch) {
          expect(path).toMatch(/^\/spec\/tags(\/|$)|^\/metadata\/annotations($|\/imagestreams\.io~1)/);
        }
      }),
    );
  });
});

/** As kubectl sends a manifest: with a copy of it in an annotation. */
function appliedClientSide(stream: ImageStream): ImageStream {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: stream.spec }),
  };
  return { ...stream, metadata: { ...stream.metadata, annotations } };
}
