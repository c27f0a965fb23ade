import { describe, expect, it } from '@jest/globals';
import { mutate, resolvedAnnotation } from '../../src/admission/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  applied,
  type Container,
  type Contents,
  deployment,
  deploymentRequest,
  isUntouched,
  kindOf,
  requestFor,
  workload,
} from './reviews.ts';
import { AAA, resolvedMysql } from './streams-fixture.ts';
import { around, type Setup } from './surroundings.ts';

const mysql = { name: 'db', image: 'mysql:5.7' };
const stored = { name: 'db', image: resolvedMysql };
const other = { name: 'web', image: `quay.io/org/web@${AAA}` };
const origin = { name: 'mysql:5.7', imageStreamTag: 'mysql:5.7' };
const record = (origins: object) => ({ [resolvedAnnotation]: JSON.stringify(origins) });

/** The record as stored after a review. */
async function recordAfter(now: Contents, old?: Contents, setup: Setup = {}): Promise<unknown> {
  const request = deploymentRequest(now, old === undefined ? {} : { old: deployment(old) });
  return recordOf(applied(request, await mutate(request, around(setup))));
}

function recordOf({ metadata }: KubernetesObject): unknown {
  const text = metadata?.annotations?.[resolvedAnnotation];
  return text === undefined ? undefined : JSON.parse(text);
}

const ofContainers = (...list: readonly Container[]): Contents => ({ containers: list });

describe('the record of where an image came from, on create', () => {
  it('names what the user wrote and the stream tag, for each rewritten container', async () => {
    expect(await recordAfter(ofContainers(mysql, other))).toEqual({ db: origin });
  });

  it('is added beside other annotations', async () => {
    const now = { ...ofContainers(mysql), annotations: { note: 'mine' } };
    const request = deploymentRequest(now);
    const object = applied(request, await mutate(request, around()));
    expect(object.metadata?.annotations).toEqual({ note: 'mine', ...record({ db: origin }) });
  });

  it.each([[undefined], [null]])('is added where annotations are %s', async (annotations) => {
    const request = deploymentRequest(ofContainers(mysql));
    const object = { ...request.object, metadata: { annotations } } as unknown as KubernetesObject;
    expect(recordOf(applied(request, await mutate({ ...request, object }, around())))).toEqual({
      db: origin,
    });
  });

  it('never stands on a pod template, where it would cause a rollout', async () => {
    const request = requestFor(kindOf('cronjobs'), workload(kindOf('cronjobs'), ofContainers(mysql)));
    const { answer } = await mutate(request, around());
    expect(answer).toMatchObject({
      patch: [
        { path: '/spec/jobTemplate/spec/template/spec/containers/0/image' },
        { op: 'add', path: '/metadata/annotations' },
      ],
    });
  });

  it.each([
    ['of a digest that the stream never gave', record({ web: origin })],
    ['of another tag', record({ db: { ...origin, imageStreamTag: 'mysql:8' } })],
    ['of another name', record({ db: { ...origin, name: 'mirror:v1' } })],
    ['of a pull spec', record({ db: { ...origin, name: 'quay.io/org/mysql:5.7' } })],
    ['of a stream without local lookup', record({ db: { name: 'php', imageStreamTag: 'php:latest' } })],
    ['of a container that does not exist', record({ nosuch: origin })],
    ['of another shape', record([1, null, { db: 1 }])],
    ['that is no JSON', { [resolvedAnnotation]: '{' }],
    ['that is empty', { [resolvedAnnotation]: '' }],
  ])('is removed when a client forges one %s', async (_, annotations) => {
    expect(await recordAfter({ ...ofContainers(stored, other), annotations })).toBeUndefined();
  });

  it('is computed when a client forges one for a name', async () => {
    const annotations = record({ db: { name: 'evil', imageStreamTag: 'evil:1' }, web: origin });
    expect(await recordAfter({ ...ofContainers(mysql, other), annotations })).toEqual({ db: origin });
  });

  it('outlives a second call after other webhooks changed the object', async () => {
    const first = deploymentRequest({ initContainers: [other], containers: [mysql] });
    const object = applied(first, await mutate(first, around()));
    const second = await mutate(
      { ...first, object: { ...object, spec: { ...(object['spec'] as object), replicas: 2 } } },
      around(),
    );
    expect(isUntouched(second.answer)).toBe(true);
  });

  it('is not made where the setting says so, and a forged one is removed', async () => {
    const off = { provenance: false };
    expect(await recordAfter(ofContainers(mysql), undefined, off)).toBeUndefined();
    expect(
      await recordAfter({ ...ofContainers(mysql), annotations: record({ db: origin }) }, undefined, off),
    ).toBeUndefined();
  });
});

describe('the record on update', () => {
  const old: Contents = { ...ofContainers(stored, other), annotations: record({ db: origin }) };

  it.each<[string, Contents, unknown]>([
    ['stays as it is', old, { db: origin }],
    ['is restored when a client deletes it', { ...old, annotations: {} }, { db: origin }],
    [
      'is restored when a client forges it',
      { ...old, annotations: record({ db: { name: 'x', imageStreamTag: 'x:y' } }) },
      { db: origin },
    ],
    ['loses forged entries', { ...old, annotations: record({ db: origin, web: origin }) }, { db: origin }],
    ['drops a container that is gone', { ...old, containers: [other] }, undefined],
    [
      'drops a container with another image',
      { ...old, containers: [{ ...stored, image: `quay.io/org/db@${AAA}` }, other] },
      undefined,
    ],
    ['has a name applied again', { ...old, containers: [{ ...mysql }, other] }, { db: origin }],
    [
      'gains a new container and keeps the old',
      { ...old, containers: [{ name: 'more', image: 'mysql:5.7' }, stored, other] },
      { more: origin, db: origin },
    ],
  ])('%s', async (_, now, expected) => {
    expect(await recordAfter(now, old)).toEqual(expected);
  });

  it('does not take the names of JavaScript for containers', async () => {
    const constructed = { name: 'constructor', image: resolvedMysql };
    const now = ofContainers(constructed);
    expect(await recordAfter(now, now)).toBeUndefined();
    expect(await recordAfter(ofContainers({ ...constructed, image: 'mysql:5.7' }), now)).toEqual({
      constructor: origin,
    });
  });

  it('has the same text for the same facts, whichever container was rewritten when', async () => {
    const before = {
      ...ofContainers({ name: 'a', image: other.image }, stored),
      annotations: record({ db: origin }),
    };
    const request = deploymentRequest(
      { ...before, containers: [{ name: 'a', image: 'mysql:5.7' }, stored] },
      { old: deployment(before) },
    );
    const object = applied(request, await mutate(request, around()));
    expect(isUntouched((await mutate({ ...request, object }, around())).answer)).toBe(true);
  });
});
