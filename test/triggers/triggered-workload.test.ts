import { describe, expect, it } from '@jest/globals';
import {
  sameTriggeredWorkload,
  type TriggeredWorkload,
  triggeredWorkload,
  triggersOf,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { deployment, entry, kindOf, named, text } from './fixtures.ts';
import { following, followingObject, manager } from './following.ts';

const triggers = text(entry(), entry({ fieldPath: named('init') }));
const object = followingObject(
  deployment,
  triggers,
  { web: 'web:1', side: 'side:1' },
  {},
  {
    initContainers: [{ name: 'init', image: 'init:1' }],
  },
);

describe('what is kept of a workload', () => {
  it('is what its triggers need', () => {
    expect(triggeredWorkload(deployment, object, manager)).toEqual({
      uid: 'u1',
      resourceVersion: '7',
      triggers,
      containers: [
        { list: 'initContainers', index: 0, name: 'init', image: 'init:1' },
        { list: 'containers', index: 0, name: 'web', image: 'web:1' },
        { list: 'containers', index: 1, name: 'side', image: 'side:1' },
      ],
      serviceAccount: 'default',
      restarts: true,
      ownsImages: false,
    });
  });

  it('gives the same triggers as the object', () => {
    const kept = triggersOf(deployment, 'shop', triggeredWorkload(deployment, object, manager)!);
    expect(kept.triggers.map(({ pointer, image, stream, tag }) => [pointer, image, stream, tag])).toEqual([
      ['/spec/template/spec/containers/0/image', 'web:1', 'app', 'v1'],
      ['/spec/template/spec/initContainers/0/image', 'init:1', 'app', 'v1'],
    ]);
  });

  const withMetadata = (metadata: object): KubernetesObject => ({
    ...object,
    metadata: { ...object.metadata, ...metadata },
  });
  const pod = kindOf('pods');
  const podIn = (phase: string) => ({ ...followingObject(pod, triggers, { web: 'a' }), status: { phase } });

  it.each([
    ['without the annotation', deployment, withMetadata({ annotations: {} })],
    ['without annotations', deployment, withMetadata({ annotations: null })],
    ['with a controller', deployment, withMetadata({ ownerReferences: [{ controller: true }] })],
    ['being deleted', deployment, withMetadata({ deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['that has ended', pod, podIn('Succeeded')],
    ['that has failed', pod, podIn('Failed')],
  ])('is nothing of an object %s', (_, kind, given) => {
    expect(triggeredWorkload(kind, given, manager)).toBeUndefined();
  });

  it.each([
    [
      'an owner that is no controller',
      deployment,
      withMetadata({ ownerReferences: [{ controller: false }] }),
    ],
    ['a running pod', pod, podIn('Running')],
  ])('is there for %s', (_, kind, given) => {
    expect(triggeredWorkload(kind, given, manager)).toBeDefined();
  });
});

describe('two states of a workload', () => {
  const one = following(triggers, { web: 'a' });
  it.each<[string, Partial<TriggeredWorkload>, boolean]>([
    ['nothing but the resource version', { resourceVersion: '8' }, true],
    ['an image', { containers: [{ ...one.containers[0]!, image: 'b' }] }, false],
    ['a container', { containers: [] }, false],
    ['the triggers', { triggers: '[]' }, false],
    ['the status', { status: '{}' }, false],
    ['the holds', { held: '{}' }, false],
    ['fire', { fire: 'a' }, false],
    ['the account', { serviceAccount: 'other' }, false],
    ['who owns images', { ownsImages: true }, false],
    ['the object itself', { uid: 'u2' }, false],
  ])('that differ in %s', (_, difference, same) => {
    expect(sameTriggeredWorkload(one, { ...one, ...difference })).toBe(same);
  });
});
