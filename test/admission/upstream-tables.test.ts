import { describe, expect, it } from '@jest/globals';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import {
  type Contents,
  containers,
  isUntouched,
  kindOf,
  pod,
  podRequest,
  requestFor,
  workload,
} from './reviews.ts';
import { digest, imageStream, StreamsFixture } from './streams-fixture.ts';
import { admit, noStreams, type Setup, storedImages, upstream } from './surroundings.ts';

const replicaSets = kindOf('replicasets.extensions');
const [ONE, A3, GOOD] = [digest('1'), digest('3'), digest('9')] as const;

describe('image-policy.md §16.2: an object without a pod spec', () => {
  // departure: such an object is none of the webhook's business, and it is never registered for one; upstream refuses it
  it('passes, whatever the policy says of it', async () => {
    const policyConfig = {
      executionRules: [{ name: 'nodes', reject: true, onResources: [{ resource: 'nodes' }] }],
    };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node1' } };
    const request = {
      ...podRequest({}),
      resource: { group: '', version: 'v1', resource: 'nodes' },
      object: node,
    };
    const { mutated, validated } = await admit(request, upstream({ policyConfig }));
    expect([isUntouched(mutated.answer), isUntouched(validated.answer)]).toEqual([true, true]);
  });
});

/** Instead of a stub resolver: the registry's own streams, in the request's namespace. */
describe('image-policy.md §16.3: resolution and execution rules', () => {
  const policyConfig = {
    resolveImages: 'AttemptRewrite',
    resolutionRules: [],
    executionRules: [
      { name: 'allow' },
      { name: 'hub', reject: true, matchRegistries: ['docker.io', 'index.docker.io'] },
    ],
  };
  const image = 'myregistry.com/mysql/mysql:latest';
  const exact = `myregistry.com/mysql/mysql@${A3}`;
  const tags = [{ tag: 'latest', recorded: exact, image: A3 }];
  const working = () =>
    new StreamsFixture([imageStream('mysql', tags, { namespace: 'mysql', local: false })]);
  const setup = (streams: StreamsFixture): Setup => ({
    policyConfig,
    streams,
    integratedRegistry: 'myregistry.com',
  });
  const request = (contents: Contents) => podRequest(contents, { namespace: 'mysql' });
  const both = { containers: containers(image, image) };
  const owners = [{ kind: 'ReplicaSet', name: 'x', controller: true }];

  it('1: refuses a prohibited registry in both phases', async () => {
    const { mutated, validated } = await admit(
      request({ containers: containers('index.docker.io/mysql:latest') }),
      upstream(setup(working())),
    );
    expect([mutated.answer.allowed, validated.answer.allowed]).toEqual([false, false]);
  });

  it('2: admits as written what cannot be resolved', async () => {
    expect(await storedImages(request(both), upstream(setup(noStreams())))).toEqual([image, image]);
  });

  it('4: leaves an object alone that a listed controller made', async () => {
    const user = { username: 'system:serviceaccount:kube-system:replicaset-controller' };
    const owned = podRequest({ ...both, owners }, { namespace: 'mysql', user });
    expect(await storedImages(owned, upstream(setup(working())))).toEqual([image, image]);
  });

  it('5: rewrites both without an owner', async () => {
    expect(await storedImages(request(both), upstream(setup(working())))).toEqual([exact, exact]);
  });
});

describe('image-policy.md §16.4: resolving images', () => {
  const integrated = 'integrated.registry';
  const image1 = `${integrated}/image1/image1@${ONE}`;
  const policy = (name: string) => ({
    resolveImages: name,
    resolutionRules: ['', 'extensions'].map((group) => ({
      policy: name,
      localNames: true,
      targetResource: { group, resource: '*' },
    })),
    executionRules: [
      {
        name: 'allow',
        onResources: [{ resource: 'pods' }, { group: 'build.openshift.io', resource: 'builds' }],
      },
    ],
  });
  const stream = (local: boolean, repository = '', tags = [{ tag: 'other', recorded: image1, image: ONE }]) =>
    new StreamsFixture([imageStream('test', tags, { namespace: 'default', local, repository })]);
  const tagless = (local: boolean, repository: string) => stream(local, repository, []);
  const repository = `${integrated}:5000/default/test`;
  const replicaSet = (image: string, templateAnnotations: Readonly<Record<string, string>> = {}) =>
    requestFor(replicaSets, workload(replicaSets, { containers: containers(image), templateAnnotations }), {
      namespace: 'default',
    });
  const create = (contents: Contents) => requestFor(kindOf('pods'), pod(contents), { namespace: 'default' });
  const latest = 'myregistry.com/mysql/mysql:latest';

  it.each([
    [
      '1',
      policy('RequiredRewrite'),
      noStreams(),
      create({
        initContainers: containers(latest),
        containers: containers(`${integrated}/test/mysql@${GOOD}`),
      }),
      'Invalid',
    ],
    [
      '2',
      policy('RequiredRewrite'),
      noStreams(),
      create({ containers: containers(`${integrated}/test/mysql@${ONE}`) }),
      `${integrated}/test/mysql@${ONE}`,
    ],
    [
      '3',
      policy('RequiredRewrite'),
      noStreams(),
      create({ initContainers: containers(`${integrated}/test/mysql@${ONE}`) }),
      `${integrated}/test/mysql@${ONE}`,
    ],
    ['4', policy('RequiredRewrite'), stream(true), create({ containers: containers('test:other') }), image1],
    ['5', policy('RequiredRewrite'), stream(true), replicaSet('test:other'), image1],
    [
      '6',
      {},
      stream(false),
      replicaSet(`${integrated}/default/test:other`),
      `${integrated}/default/test:other`,
    ],
    [
      '7',
      policy('RequiredRewrite'),
      stream(false),
      replicaSet('test:other', { [resolveNamesAnnotation]: '*' }),
      image1,
    ],
    [
      '8',
      policy('AttemptRewrite'),
      tagless(true, repository),
      replicaSet('test:other'),
      `${repository}:other`,
    ],
    ['9', policy('AttemptRewrite'), tagless(false, repository), replicaSet('test:other'), 'test:other'],
    ['10', policy('AttemptRewrite'), tagless(true, ''), replicaSet('test:other'), 'test:other'],
  ])('%s', async (_, policyConfig, streams, request, stored) => {
    const outcome = await storedImages(
      request,
      upstream({ policyConfig, streams, integratedRegistry: integrated }),
    );
    expect(outcome).toEqual(stored === 'Invalid' ? stored : [stored]);
  });
});

describe('image-policy.md §16.8: the pod spec', () => {
  const tag = (name: string) =>
    imageStream(name, [{ tag: 'latest', recorded: `quay.io/org/${name}`, image: ONE }]);
  const streams = () => new StreamsFixture([tag('test'), tag('test-1'), tag('test-2')]);
  const exact = (name: string) => `quay.io/org/${name}@${ONE}`;
  const [first, second] = [
    { name: '1', image: 'test-1' },
    { name: '2', image: 'test-2' },
  ] as const;

  it.each<[string, Contents | undefined, Contents, readonly string[]]>([
    ['an empty spec', undefined, {}, []],
    ['an init container', undefined, { initContainers: [{ name: '1', image: 'test' }] }, [exact('test')]],
    ['a container', undefined, { containers: [{ name: '1', image: 'test' }] }, [exact('test')]],
    [
      'the one reference that is a name',
      undefined,
      { initContainers: [{ name: '1', image: 'no/name' }], containers: [second] },
      ['no/name', exact('test-2')],
    ],
    [
      'changed references only',
      { initContainers: [first], containers: [second] },
      { initContainers: [{ name: '1', image: 'test' }], containers: [second] },
      [exact('test'), 'test-2'],
    ],
    [
      'all references when the annotation comes',
      { initContainers: [first], containers: [second] },
      { initContainers: [first], containers: [second], annotations: { [resolveNamesAnnotation]: '*' } },
      [exact('test-1'), exact('test-2')],
    ],
  ])('%s', async (_, old, now, stored) => {
    const request = podRequest(now, old === undefined ? {} : { old: pod(old) });
    expect(await storedImages(request, upstream({ streams: streams() }))).toEqual(stored);
  });
});
