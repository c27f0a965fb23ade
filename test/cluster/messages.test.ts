import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { triggerAnnotation, workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
let namespace = '';
let other = '';

beforeAll(async () => {
  const { namespaceLabels } = await installWebhook(cluster, { name: 'messages' });
  namespace = await cluster.namespace(namespaceLabels);
  other = await cluster.namespace(namespaceLabels);
  const image = `quay.io/keycloak/keycloak@${digest(1)}`;
  await writeStream(cluster, namespace, 'keycloak', { '20': image, '20.0.2': image, '22': null });
  await writeStream(cluster, namespace, 'closed', { '1': image }, false);
  await writeStream(cluster, other, 'shared', { '1': image });
});
afterAll(() => cluster.close());

const path = 'spec.template.spec.containers[?(@.name=="keycloak")].image';

function annotation(...entries: readonly unknown[]): Readonly<Record<string, string>> {
  return { 'image.openshift.io/triggers': JSON.stringify(entries) };
}

function from(name: string, more: object = {}): object {
  return { kind: 'ImageStreamTag', name, ...more };
}

const cases: readonly (readonly [
  title: string,
  kind: string,
  image: string,
  annotations?: Readonly<Record<string, string>>,
])[] = [
  ['a tag that does not exist', 'Deployment', 'keycloak:21'],
  ['no tag, and no latest', 'Deployment', 'keycloak'],
  ['a tag that is not imported', 'Deployment', 'keycloak:22'],
  ['a stream with a similar name', 'Deployment', 'keycloack:20'],
  ['a stream without local lookup', 'Deployment', 'closed:1'],
  ['an image that has nothing to do with streams', 'Deployment', 'nginx:1.27'],
  ['text that is no JSON', 'Deployment', 'nginx', { 'image.openshift.io/triggers': '[{"from"' }],
  ['an object in place of the list', 'Deployment', 'nginx', { 'image.openshift.io/triggers': '{}' }],
  [
    'a container that does not exist',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20'), fieldPath: path.replace('keycloak', 'keyclaok') }),
  ],
  ['a path of another kind', 'CronJob', 'nginx', annotation({ from: from('keycloak:20'), fieldPath: path })],
  [
    'a selector that cannot be read',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20'), fieldPath: 'spec.template.spec.containers[keycloak].image' }),
  ],
  ['a name without a tag', 'Deployment', 'nginx', annotation({ from: from('keycloak'), fieldPath: path })],
  [
    'another kind of source',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20', { kind: 'DockerImage' }), fieldPath: path }),
  ],
  [
    'the same path twice',
    'Deployment',
    'nginx',
    annotation(
      { from: from('keycloak:20'), fieldPath: path },
      { from: from('keycloak:20.0.2'), fieldPath: path },
    ),
  ],
  [
    'paused as a string',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20'), fieldPath: path, paused: 'false' }),
  ],
  [
    'pause in place of paused',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20'), fieldPath: path, pause: 'true' }),
  ],
  [
    'single quotes in the selector',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20'), fieldPath: path.replaceAll('"', "'") }),
  ],
  [
    'an apiVersion',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:20', { apiVersion: 'image.openshift.io/v1' }), fieldPath: path }),
  ],
  [
    'a stream that does not exist yet',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloack:20'), fieldPath: path }),
  ],
  [
    'a tag that does not exist yet',
    'Deployment',
    'nginx',
    annotation({ from: from('keycloak:21'), fieldPath: path }),
  ],
  [
    'a namespace from which the account may not pull',
    'Deployment',
    'nginx',
    annotation({ from: from('shared:1', { namespace: 'OTHER' }), fieldPath: path }),
  ],
  ['a kind that OpenShift ignores', 'ReplicaSet', 'nginx', triggerAnnotation('ReplicaSet', 'keycloak:20')],
];

/** Written anew, for a person to read, by a run with UPDATE_GOLDEN set. */
const golden = join(import.meta.dirname, 'messages.golden');

describe('what kubectl prints', () => {
  it('is what messages.golden says', async () => {
    const printed: string[] = [];
    for (const [title, kind, image, annotations = {}] of cases) {
      const manifest = JSON.stringify(workloads[kind]?.('web', { image, annotations }));
      const { stdout, stderr } = await cluster.kubectl(
        ['create', '--dry-run=server', '-n', namespace, '-f', '-'],
        {
          input: manifest.replaceAll('OTHER', other),
          allowFailure: true,
        },
      );
      printed.push(`# ${title}\n${stderr}${stdout}`);
    }
    const text = printed.join('\n').replaceAll(namespace, 'myproject').replaceAll(other, 'shared-images');
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('tells clients each field at fault', async () => {
    const manifest = {
      ...workloads['Deployment']?.('web', { image: 'keycloak:21', initImage: 'keycloak:22' }),
    };
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments?dryRun=All`;
    const { stderr } = await cluster.kubectl(['create', '--raw', path, '-f', '-'], {
      input: JSON.stringify(manifest),
      allowFailure: true,
    });
    expect(stderr).toContain('spec.template.spec.initContainers[0].image: Forbidden: ');
    expect(stderr).toContain('spec.template.spec.containers[0].image: Forbidden: ');
  });
});

describe('a trigger on another namespace', () => {
  it('has nothing to warn of once the command in the warning was run', async () => {
    const annotations = annotation({ from: from('shared:1', { namespace: other }), fieldPath: path });
    const input = JSON.stringify(workloads['Deployment']?.('web', { image: 'nginx', annotations }));
    const create = () =>
      cluster.kubectl(['create', '--dry-run=server', '-n', namespace, '-f', '-'], { input });
    const [, command = ''] = (await create()).stderr.trim().split('grant it with: kubectl ');
    await cluster.kubectl(command.split(' '));
    await waitFor('the RoleBinding to count', async () => (await create()).stderr, {
      until: (warning) => warning === '',
    });
  });
});

describe('an annotation that was stored before', () => {
  it('warns and never stands in the way of other changes', async () => {
    const wrong = annotation({ from: from('keycloak'), fieldPath: path });
    const unwatched = await cluster.namespace();
    const manifest = JSON.stringify(
      workloads['Deployment']?.('web', { image: 'quay.io/example/app:1', annotations: wrong }),
    );
    await cluster.kubectl(['create', '-n', unwatched, '-f', '-'], { input: manifest });
    const { namespaceLabels } = { namespaceLabels: { 'test.imagestreams.io/webhook': 'messages' } };
    const labels = Object.entries(namespaceLabels).map(([key, value]) => `${key}=${value}`);
    await cluster.kubectl(['label', 'namespace', unwatched, ...labels]);
    const { stderr } = await cluster.kubectl(['set', 'env', 'deployment/web', 'A=b', '-n', unwatched]);
    expect(stderr).toContain('Warning: image.openshift.io/triggers[0].from.name');
    await cluster.kubectl(['scale', 'deployment/web', '--replicas=2', '-n', unwatched]);
    await cluster.kubectl([
      'delete',
      'deployment/web',
      '--cascade=foreground',
      '-n',
      unwatched,
      '--timeout=30s',
    ]);
  });
});
