import { describe, expect, it } from '@jest/globals';
import { mutate, resolvedAnnotation, validate } from '../../src/admission/index.ts';
import { fireAnnotation, heldAnnotation, triggerStatusAnnotation } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { applied, isUntouched, kindOf, messagesOf, requestFor, workload } from './reviews.ts';
import { imageStream, StreamsFixture } from './streams-fixture.ts';
import { admit, around, type Setup } from './surroundings.ts';
import {
  annotated,
  annotationIn,
  deployments,
  follows,
  imageOf,
  K1,
  K2,
  K3,
  keycloak,
  keycloakStreams,
  manifest,
  recordIn,
  text,
  withImage,
} from './triggered.ts';

const owners = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', uid: '1', controller: true }];

async function created(object: KubernetesObject, setup: Setup = {}, kind = deployments) {
  const surroundings = around({ streams: keycloakStreams(), ...setup });
  const request = requestFor(kind, object);
  const mutated = await mutate(request, surroundings);
  return { answer: mutated.answer, object: applied(request, mutated), lookups: surroundings.streams.lookups };
}

describe('triggers are left alone', () => {
  it.each([
    ['of an object that a controller owns', manifest(text, { owners }), deployments],
    [
      'of an object that is being deleted',
      { ...manifest(), metadata: { ...manifest().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
      deployments,
    ],
    ['of a PodTemplate', manifest(text, { kind: kindOf('podtemplates') }), kindOf('podtemplates')],
  ])('%s', async (_, object, kind) => {
    const outcome = await created(object, { policyConfig: { resolveImages: 'Attempt' } }, kind);
    expect(isUntouched(outcome.answer)).toBe(true);
    expect(outcome.lookups).toEqual([]);
  });

  it('when an ephemeral container is added', async () => {
    const kind = kindOf('pods');
    const old = manifest(K1, { kind });
    const sent = workload(kind, {
      containers: [{ name: 'web', image: K1 }],
      annotations: { ...follows(kind), [fireAnnotation]: '1' },
      ephemeralContainers: [{ name: 'debug', image: 'x/y' }],
    });
    const request = requestFor(kind, sent, { old, subResource: 'ephemeralcontainers' });
    expect((await mutate(request, around({ streams: keycloakStreams(K2) }))).answer).toMatchObject({
      patch: [],
    });
  });

  it('and believed nothing that an object says that was owned', async () => {
    const forged = {
      ...follows(),
      [heldAnnotation]: `{"web":{"image":"${K3}","since":"2026-01-01T00:00:00Z","reason":"SetExplicitly","by":"jane"}}`,
      [resolvedAnnotation]: '{"web":{"name":"x","imageStreamTag":"keycloak:20"}}',
    };
    const old = manifest(K3, { owners, annotations: forged });
    const request = requestFor(deployments, manifest(K3, { annotations: forged }), { old });
    const object = applied(request, await mutate(request, around({ streams: keycloakStreams() })));
    expect(imageOf(deployments, object)).toBe(K1);
    expect(annotationIn(object, heldAnnotation)).toBeUndefined();
  });

  it('where there are none, without a promise or a look-up', () => {
    const surroundings = around({ streams: keycloakStreams() });
    const reviewed = mutate(requestFor(deployments, manifest(text, { annotations: {} })), surroundings);
    expect(reviewed).not.toBeInstanceOf(Promise);
    expect(surroundings.streams.lookups).toEqual([]);
  });
});

describe('what triggers give', () => {
  const rejectsQuay = {
    executionRules: [
      {
        name: 'no-quay',
        reject: true,
        onResources: [{ group: 'apps', resource: 'deployments' }],
        matchRegistries: ['quay.io'],
      },
    ],
  };

  it('is judged by the policy before it is stored', async () => {
    const object = manifest('docker.io/library/keycloak:1');
    const { validated } = await admit(
      requestFor(deployments, object),
      around({ streams: keycloakStreams(), policyConfig: rejectsQuay }),
    );
    expect(messagesOf(validated)).toEqual([expect.stringContaining('execution rule "no-quay" rejects it')]);
  });

  it('is exact enough for a policy that requires that', async () => {
    const setup = { streams: keycloakStreams(), policyConfig: { resolveImages: 'Required' } };
    const { mutated, validated } = await admit(requestFor(deployments, manifest('x/y:1')), around(setup));
    expect([mutated.answer.allowed, validated.answer.allowed]).toEqual([true, true]);
  });

  it('does not depend on a policy that resolves names', async () => {
    const { object } = await created(manifest(), { policyConfig: { resolutionRules: [] } });
    expect(imageOf(deployments, object)).toBe(K1);
  });

  it('does not depend on local lookup', async () => {
    const stream = keycloak();
    const closed = { ...stream, spec: { ...stream.spec, lookupPolicy: { local: false } } };
    const { object, answer } = await created(manifest('keycloak:20'), {
      streams: new StreamsFixture([closed]),
    });
    expect(imageOf(deployments, object)).toBe(K1);
    expect(answer.warnings).toEqual([]);
  });

  it('is not recorded where the setting says so, and triggers act all the same', async () => {
    const { object } = await created(manifest(), { provenance: false });
    expect(imageOf(deployments, object)).toBe(K1);
    expect(annotationIn(object, resolvedAnnotation)).toBeUndefined();
    expect(recordIn(object, triggerStatusAnnotation)).toMatchObject({ containers: { web: { image: K1 } } });
  });

  it('is counted and logged as what names give', async () => {
    const { decision } = await mutate(
      requestFor(deployments, manifest()),
      around({ streams: keycloakStreams() }),
    );
    expect(decision).toMatchObject({ outcomes: ['Resolved'], rewrites: [{ pullSpec: K1 }] });
  });
});

describe('images of a stored pod', () => {
  const kind = kindOf('pods');
  const pod = (restartPolicy: string) => ({
    ...manifest(text, { kind }),
    spec: { restartPolicy, containers: [{ name: 'web', image: text }] },
  });

  it.each([
    ['Always', K2],
    ['OnFailure', K1],
    ['Never', K1],
  ])('follow where it restarts its containers %s', async (restartPolicy, expected) => {
    const { object: old } = await created(pod(restartPolicy), {}, kind);
    expect(imageOf(kind, old)).toBe(K1);
    const sent = annotated(old, { ...follows(kind), [fireAnnotation]: '1' });
    const request = requestFor(kind, sent, { old });
    const object = applied(request, await mutate(request, around({ streams: keycloakStreams(K2) })));
    expect(imageOf(kind, object)).toBe(expected);
  });
});

describe('a trigger on another namespace', () => {
  const streams = () => new StreamsFixture([keycloak(K1, 'shared'), imageStream('other', [])]);
  const foreign = follows(deployments, { namespace: 'shared' });

  it.each([
    ['may pull', { mayPull: () => Promise.resolve(true) }, K1],
    ['cannot be asked about, as there is no cluster', {}, K1],
    ['may not pull', { mayPull: () => Promise.resolve(false) }, text],
    ['cannot be asked about', { mayPull: () => Promise.reject(new Error('down')) }, text],
  ])('gives its image where the account %s', async (_, setup, expected) => {
    const { object } = await created(manifest(text, { annotations: foreign }), {
      streams: streams(),
      ...setup,
    });
    expect(imageOf(deployments, object)).toBe(expected);
  });

  it('is asked about as the account of the workload, before anything is looked up', async () => {
    const questions: unknown[] = [];
    const mayPull = (question: unknown) => Promise.resolve(questions.push(question) < 0);
    const object = manifest(text, { annotations: foreign, serviceAccountName: 'builder' });
    const { lookups, answer } = await created(object, { streams: streams(), mayPull });
    expect(questions).toEqual([
      { puller: { namespace: 'app', serviceAccount: 'builder' }, namespace: 'shared', stream: 'keycloak' },
    ]);
    expect(lookups).toEqual([]);
    expect(answer).toMatchObject({ warnings: [] });
  });

  it('says on update that it gives nothing, and no more', async () => {
    const old = manifest(K3, { annotations: follows() });
    const sent = annotated(old, foreign);
    const surroundings = around({ streams: streams(), mayPull: () => Promise.resolve(false) });
    const { answer } = await mutate(requestFor(deployments, sent, { old }), surroundings);
    expect(answer).toMatchObject({
      warnings: [
        expect.stringContaining(
          `"shared/keycloak:20" gives no image, as the workload's service account may not pull from there`,
        ),
      ],
    });
  });

  it('is named in full in what is recorded, and by no short name', async () => {
    const { object: old } = await created(manifest(text, { annotations: foreign }), { streams: streams() });
    expect(recordIn(old, resolvedAnnotation)).toEqual({
      web: { name: text, imageStreamTag: 'shared/keycloak:20' },
    });
    const request = requestFor(deployments, withImage(old, 'keycloak:20'), { old });
    const object = applied(request, await mutate(request, around({ streams: streams() })));
    expect(recordIn(object, heldAnnotation)).toMatchObject({ web: { image: 'keycloak:20' } });
  });
});

describe('rows of OpenShift’s own test of triggers (triggers.md §6.1)', () => {
  const kind = kindOf('statefulsets');
  const streams = new StreamsFixture([
    imageStream('stream-1', [{ tag: '1', recorded: 'quay.io/image', image: `sha256:${'1'.repeat(64)}` }], {
      namespace: 'other',
    }),
  ]);
  const image = `quay.io/image@sha256:${'1'.repeat(64)}`;
  const trigger = (path: string, part: object = {}) => ({
    from: { kind: 'ImageStreamTag', name: 'stream-1:1', namespace: 'other' },
    fieldPath: `spec.template.spec.${path}`,
    ...part,
  });
  const set = (
    images: Readonly<Record<string, string>>,
    list: 'containers' | 'initContainers',
    triggers: readonly object[],
  ) =>
    workload(kind, {
      [list]: Object.entries(images).map(([name, each]) => ({ name, image: each })),
      ...(triggers.length === 0
        ? {}
        : { annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) } }),
    });
  const stored = async (object: KubernetesObject) => {
    const { mutated, validated } = await admit(requestFor(kind, object), around({ streams }));
    if (!validated.answer.allowed) return 'Invalid';
    return object === undefined ? [] : imagesOf(applied(requestFor(kind, object), mutated));
  };
  const imagesOf = (object: KubernetesObject) => {
    const { template } = object['spec'] as { template: { spec: Record<string, { image: string }[]> } };
    return [...(template.spec['initContainers'] ?? []), ...(template.spec['containers'] ?? [])].map(
      (each) => each.image,
    );
  };
  const test = 'containers[?(@.name=="test")].image';
  const second = 'containers[?(@.name=="test2")].image';
  const missing = { from: { kind: 'ImageStreamTag', name: 'stream-2:1', namespace: 'other' } };

  it.each<[number, string, KubernetesObject, 'Invalid' | readonly string[]]>([
    [0, 'no annotation', set({ test: '' }, 'containers', []), ['']],
    [1, 'no such container', set({}, 'containers', [trigger(test)]), 'Invalid'],
    [
      2,
      'a path without .image',
      set({ test: '' }, 'containers', [trigger('containers[?(@.name=="test")]')]),
      'Invalid',
    ],
    [
      3,
      'a bracket missing',
      set({ test: '' }, 'containers', [trigger('containers[?(@.name=="test").image')]),
      'Invalid',
    ],
    [
      4,
      'another selector',
      set({ test: '' }, 'containers', [trigger('containers[@.name=test].image')]),
      'Invalid',
    ],
    [5, 'a tag that does not resolve', set({ test: '' }, 'containers', [trigger(test, missing)]), ['']],
    [6, 'a tag of another namespace', set({ test: '' }, 'containers', [trigger(test)]), [image]],
    [
      7,
      'an init container',
      set({ test: '' }, 'initContainers', [trigger('initContainers[?(@.name=="test")].image')]),
      [image],
    ],
    [8, 'a paused trigger', set({ test: '' }, 'containers', [trigger(test, { paused: true })]), ['']],
    [
      9,
      'two, of which one resolves',
      set({ test: '', test2: '' }, 'containers', [trigger(test), trigger(second, missing)]),
      [image, ''],
    ],
    [
      10,
      'the same with an image',
      set({ test: '', test2: 'old-image' }, 'containers', [trigger(test), trigger(second, missing)]),
      [image, 'old-image'],
    ],
    [
      11,
      'two on one tag',
      set({ test: '', test2: '' }, 'containers', [trigger(test), trigger(second)]),
      [image, image],
    ],
  ])('%d: %s', async (_, __, object, expected) => {
    const before = JSON.stringify(object);
    expect(await stored(object)).toEqual(expected);
    expect(JSON.stringify(object)).toBe(before);
  });

  it('keep valid what they change', async () => {
    const object = set({ test: ' ' }, 'containers', [trigger(test)]);
    expect((await validate(requestFor(kind, object), around({ streams }))).answer.allowed).toBe(true);
  });
});
