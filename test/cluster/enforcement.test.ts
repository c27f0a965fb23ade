import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  breakGlassAnnotation,
  bypassPermission,
  enforceLabel,
  enforcementObjects,
} from '../../src/enforcement/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';
import { digest } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const exact = `quay.io/example/app@${digest(1)}`;
const tagged = 'quay.io/example/app:1';
const optIn = { 'test.imagestreams.io/enforcement': 'yes' };
const namespaces = { deny: '', warn: '', audit: '', none: '', unlabelled: '', excepted: '' };

beforeAll(async () => {
  for (const name of Object.keys(namespaces) as (keyof typeof namespaces)[]) {
    const label = ['deny', 'warn', 'audit', 'none'].includes(name) ? { [enforceLabel]: name } : {};
    const excepted: Readonly<Record<string, string>> = name === 'excepted' ? { [enforceLabel]: 'deny' } : {};
    namespaces[name] = await cluster.namespace({ ...optIn, ...label, ...excepted });
  }
  const objects = enforcementObjects({
    name: 'test-enforce',
    kinds: builtInKinds,
    unlabelled: 'warn',
    exceptions: {
      imagePrefixes: ['mirror.example/base/'],
      namespaces: ['kube-system', namespaces.excepted],
      users: ['system:serviceaccount:ci:runner', 'robot-*'],
    },
    controllerIdentities: ['system:serviceaccount:kube-system:*', 'system:kube-controller-manager'],
  });
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.map(onlyHere) });
  await cluster.kubectl(['apply', '--server-side', '--validate=strict', '-f', '-'], { input });
  await waitFor('the enforcement to be in force', async () => {
    const refused = await Promise.all(['Pod', 'Deployment', 'CronJob'].map((kind) => create(kind, tagged)));
    return refused.every(({ code }) => code !== 0);
  });
});

afterAll(async () => {
  const { stdout } = await cluster.kubectl([
    'get',
    'validatingadmissionpolicy,validatingadmissionpolicybinding,clusterrole',
    '-o',
    'name',
  ]);
  const ours = stdout.split('\n').filter((name) => name.includes('/test-enforce'));
  await cluster.kubectl(['delete', ...ours]);
  await cluster.close();
});

/** Other suites' namespaces are left alone. */
function onlyHere(object: object): object {
  const copy = structuredClone(object) as {
    spec?: { matchResources?: { namespaceSelector?: { matchExpressions: object[] } } };
  };
  copy.spec?.matchResources?.namespaceSelector?.matchExpressions.push({
    key: Object.keys(optIn)[0],
    operator: 'Exists',
  });
  return copy;
}

interface Attempt {
  readonly namespace?: string;
  readonly user?: string;
  readonly glass?: string;
  readonly more?: object;
}

async function create(kind: string, image: string, attempt: Attempt = {}) {
  return await send(manifest(kind, image, attempt), attempt);
}

async function send(object: object, { namespace = namespaces.deny, user }: Attempt) {
  const kubeconfig =
    user === undefined ? {} : { kubeconfig: await cluster.kubeconfigFor({ user, groups: ['developers'] }) };
  const args = ['create', '--dry-run=server', '-n', namespace, '-o', 'name', '-f', '-'];
  return await cluster.kubectl(args, { input: JSON.stringify(object), allowFailure: true, ...kubeconfig });
}

/** The break-glass annotation stands where the pods have it. */
function manifest(kind: string, image: string, { glass, more = {} }: Attempt): object {
  const object = workloads[kind]?.('web', { image }) as {
    metadata: object;
    spec: { template?: { metadata: object }; jobTemplate?: { spec: { template: { metadata?: object } } } };
  };
  Object.assign(object.metadata, more);
  if (glass === undefined) return object;
  const annotations = { [breakGlassAnnotation]: glass };
  const template = object.spec.jobTemplate?.spec.template ?? object.spec.template;
  if (template === undefined) Object.assign(object.metadata, { annotations });
  else template.metadata = { ...template.metadata, annotations };
  return object;
}

const kinds = Object.keys(workloads);

describe('a namespace that denies', () => {
  it.each(kinds)('takes a %s with a digest, and refuses one without, with a sentence', async (kind) => {
    expect((await create(kind, exact)).code).toBe(0);
    const { stderr } = await create(kind, tagged);
    expect(stderr).toContain(
      `${kind} "web": container "keycloak" has the image "${tagged}", without digest, and namespace "${namespaces.deny}" has the label imagestreams.io/enforce=deny; write it by digest (NAME@sha256:…), or name a tag of an image stream that has local lookup (NAME:TAG)`,
    );
  });

  it.each([
    ['quay.io/example/app@sha256:abc', /without digest/],
    [`quay.io/example/app:1@${digest(1)}`, undefined],
    [`quay.io/example/app@sha512:${'a'.repeat(128)}`, undefined],
    [`quay.io/example/app@${digest(1)} `, /whitespace|without digest/],
    ['mirror.example/base/nginx:1', undefined],
    ['mirror.example/basement/nginx:1', /without digest/],
    ['evil.example/mirror.example/base/nginx:1', /without digest/],
  ])('%s', async (image, refusal) => {
    const { stderr, code } = await create('Pod', image);
    if (refusal === undefined) expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    else expect(stderr).toMatch(refusal);
  });

  it('looks at init containers, image volumes and ephemeral containers', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'many-' },
      spec: {
        initContainers: [{ name: 'first', image: 'a:1' }],
        containers: [{ name: 'main', image: exact }],
        volumes: [
          { name: 'data', image: { reference: 'quay.io/example/data:2' } },
          { name: 'scratch', emptyDir: {} },
        ],
      },
    };
    expect((await send(pod, {})).stderr).toMatch(
      /Pod "many-\w+": init container "first" has the image "a:1", volume "data" has the image "quay.io\/example\/data:2", without digest/,
    );
    const plain = { ...pod, metadata: { name: 'debugged' }, spec: { containers: pod.spec.containers } };
    await cluster.kubectl(['create', '-n', namespaces.deny, '-f', '-'], { input: JSON.stringify(plain) });
    const debug = ['debug', 'debugged', '-n', namespaces.deny, '--image=busybox:1', '-c', 'look', '--', 'sh'];
    const { stderr } = await cluster.kubectl(debug, { allowFailure: true });
    expect(stderr).toContain('ephemeral container "look" has the image "busybox:1"');
  });

  it('is not taken in by a forged owner', async () => {
    const ownerReferences = [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: '1', controller: true },
    ];
    expect((await create('Pod', tagged, { more: { ownerReferences } })).stderr).toContain('without digest');
  });
});

describe('who is spared', () => {
  it.each(['system:serviceaccount:ci:runner', 'robot-7'])('%s, by configuration', async (user) => {
    await cluster.grant({
      user,
      namespace: namespaces.deny,
      rules: [{ resources: ['pods'], verbs: ['create'] }],
    });
    expect((await create('Pod', tagged, { user })).code).toBe(0);
  });

  it.each([
    ['audit', '', 0],
    ['none', '', 0],
    ['excepted', '', 0],
    ['warn', 'has the label imagestreams.io/enforce=warn', 0],
    ['unlabelled', 'the cluster asks for digests in every namespace', 0],
  ] as const)('a namespace: %s', async (which, warning, code) => {
    const result = await create('Deployment', tagged, { namespace: namespaces[which] });
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(warning);
    if (warning === '') expect(result.stderr).toBe('');
  });
});

describe('breaking the glass', () => {
  beforeAll(async () => {
    const rules = [
      { apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs: ['create'] },
      bypassPermission,
    ];
    const namespace = namespaces.deny;
    await cluster.grant({ user: 'firefighter', namespace, rules });
    await cluster.grant({ user: 'developer', namespace, rules: rules.slice(0, 1) });
  });

  it('takes the permission and the annotation', async () => {
    const glass = 'registry outage, INC-4711';
    expect((await create('Deployment', tagged, { user: 'firefighter', glass })).code).toBe(0);
    expect((await create('Deployment', tagged, { user: 'firefighter' })).stderr).toContain('without digest');
    expect((await create('Deployment', tagged, { user: 'developer', glass })).stderr).toContain(
      'without digest',
    );
  });

  it('lets the pods run that come of it', async () => {
    const input = JSON.stringify(manifest('Deployment', tagged, { glass: 'INC-4711' }));
    await cluster.kubectl(['create', '-n', namespaces.deny, '-f', '-'], { input });
    await cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', namespaces.deny, '--timeout=60s']);
  });
});

describe('what was there before', () => {
  it('can be scaled, labelled and deleted, and made better, not worse', async () => {
    const namespace = await cluster.namespace(optIn);
    const input = JSON.stringify(workloads['Deployment']?.('old', { image: tagged }));
    const kubectl = (...args: string[]) =>
      cluster.kubectl([...args, '-n', namespace], { input, allowFailure: true });
    expect((await kubectl('create', '-f', '-')).code).toBe(0);
    await cluster.kubectl(['label', 'namespace', namespace, `${enforceLabel}=deny`]);
    await waitFor('the label to count', async () => {
      const refused = await kubectl('set', 'image', 'deployment/old', 'keycloak=other:2', '--dry-run=server');
      return refused.code !== 0;
    });
    expect((await kubectl('scale', 'deployment/old', '--replicas=0')).stderr).toBe('');
    expect((await kubectl('label', 'deployment/old', 'a=b')).stderr).toBe('');
    // the ReplicaSet of a new template would be refused where nobody looks
    expect((await kubectl('rollout', 'restart', 'deployment/old')).stderr).toContain('without digest');
    expect((await kubectl('set', 'image', 'deployment/old', `keycloak=${exact}`)).stderr).toBe('');
    expect((await kubectl('set', 'image', 'deployment/old', `keycloak=${tagged}`)).stderr).toContain(
      'without digest',
    );
    expect((await kubectl('delete', 'deployment', 'old')).stderr).toBe('');
  });
});

describe('the objects', () => {
  it('refuse a label that would enforce nothing', async () => {
    const { stderr } = await cluster.kubectl(
      ['label', 'namespace', namespaces.none, `${enforceLabel}=block`, '--overwrite'],
      { allowFailure: true },
    );
    expect(stderr).toContain(
      `Namespace "${namespaces.none}": the label imagestreams.io/enforce has the value "block", but it must be one of warn, audit, deny, none`,
    );
  });

  it('have no expression that the API server doubts', async () => {
    const { stdout } = await cluster.kubectl(['get', 'validatingadmissionpolicy', '-o', 'json']);
    const { items } = JSON.parse(stdout) as {
      items: { metadata: { name: string }; status?: { typeChecking?: { expressionWarnings?: object[] } } }[];
    };
    const doubted = items
      .filter(({ metadata }) => metadata.name.startsWith('test-enforce'))
      .flatMap(({ status }) => status?.typeChecking?.expressionWarnings ?? []);
    expect(doubted).toEqual([]);
  });
});
