import { describe, expect, it } from '@jest/globals';
import { mutate } from '../../src/admission/index.ts';
import {
  containers,
  deploymentRequest,
  isUntouched,
  kindOf,
  podRequest,
  requestFor,
  workload,
} from './reviews.ts';
import { AAA, imageStream, resolvedMysql, StreamsFixture } from './streams-fixture.ts';
import { around, storedImages } from './surroundings.ts';

const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop', uid: '1' };
const named = { containers: containers('mysql:5.7') };

describe('the gates of image-policy.md §4', () => {
  it.each([
    ['another operation', podRequest(named, { operation: 'DELETE' })],
    ['a connection', podRequest(named, { operation: 'CONNECT' })],
    ['the status subresource', podRequest(named, { subResource: 'status' })],
    ['the binding subresource', podRequest(named, { subResource: 'binding' })],
    ['a scale', deploymentRequest(named, { subResource: 'scale' })],
    [
      'ephemeral containers of something else than a Pod',
      deploymentRequest(named, { subResource: 'ephemeralcontainers' }),
    ],
    ['no object', requestFor(kindOf('pods'), null)],
    ['an object that a controller owns', podRequest({ ...named, owners: [{ ...owner, controller: true }] })],
    [
      'a kind outside the default rules',
      requestFor(kindOf('podtemplates'), workload(kindOf('podtemplates'), named)),
    ],
    [
      'a resource that holds no pod spec',
      { ...podRequest(named), resource: { group: '', version: 'v1', resource: 'nodes' } },
    ],
    [
      'a resource of the same name in another group',
      { ...podRequest(named), resource: { group: 'metrics.k8s.io', version: 'v1', resource: 'pods' } },
    ],
  ])('let %s pass unseen', async (_, request) => {
    const surroundings = around();
    const { answer } = await mutate(request, surroundings);
    expect(isUntouched(answer)).toBe(true);
    expect(surroundings.streams.lookups).toEqual([]);
  });

  it.each([
    ['without an owner', []],
    ['with an owner that is no controller', [owner]],
    ['with an owner that says it is no controller', [{ ...owner, controller: false }]],
  ])('hold no object back %s', async (_, owners) => {
    expect(await storedImages(podRequest({ ...named, owners }), around())).toEqual([resolvedMysql]);
  });

  it.each([
    'pods',
    'replicationcontrollers',
    'deployments.apps',
    'statefulsets.apps',
    'daemonsets.apps',
    'replicasets.apps',
    'jobs.batch',
    'cronjobs.batch',
    'deployments.extensions',
    'daemonsets.extensions',
    'replicasets.extensions',
  ])('let %s in, of every kind that the default policy covers', async (resource) => {
    const kind = kindOf(resource);
    const object = workload(kind, { initContainers: [{ name: 'init', image: 'mysql:5.7' }], ...named });
    expect(await storedImages(requestFor(kind, object), around())).toEqual([resolvedMysql, resolvedMysql]);
  });

  it('serve the namespace default, which OpenShift leaves out', async () => {
    const streams = new StreamsFixture([
      imageStream('mysql', [{ tag: '5.7', recorded: 'docker.io/library/mysql:5.7', image: AAA }], {
        namespace: 'default',
      }),
    ]);
    const { answer } = await mutate(podRequest(named, { namespace: 'default' }), around({ streams }));
    expect(answer).toMatchObject({ allowed: true, patch: [{ value: resolvedMysql }, {}] });
  });

  it('take the namespace of the request, never the object’s word for it', async () => {
    const request = podRequest(named, { namespace: 'elsewhere' });
    const object = { ...request.object, metadata: { name: 'shop', namespace: 'app' } };
    expect(isUntouched((await mutate({ ...request, object }, around())).answer)).toBe(true);
  });
});
