import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { digest, imageStream, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { controllerUser } from './install.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: object;
}

/** Sends a request as kubectl cannot send it. */
async function send(kubeconfig: string, { method, path, type = 'application/json', body }: Attempt) {
  const { server, ca, cert, key } = await credentials(kubeconfig);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const options = { method, ca, cert, key, headers: { 'content-type': type } };
  const outgoing = request(new URL(path, server), options, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    response.on('error', reject);
  });
  outgoing.on('error', reject);
  outgoing.end(body === undefined ? '' : JSON.stringify(body));
  return await promise;
}

async function credentials(kubeconfig: string) {
  const config = parse(await readFile(kubeconfig, 'utf8'));
  const decoded = (text: string) => Buffer.from(text, 'base64').toString('utf8');
  return {
    server: config.clusters[0].cluster.server as string,
    ca: decoded(config.clusters[0].cluster['certificate-authority-data']),
    cert: decoded(config.users[0].user['client-certificate-data']),
    key: decoded(config.users[0].user['client-key-data']),
  };
}

/** The attempt with the resource version that a replacement has to name. */
function withVersion(attempt: Attempt, { metadata: { resourceVersion = '' } }: ImageStream): Attempt {
  if (attempt.method !== 'PUT') return attempt;
  return { ...attempt, body: { ...attempt.body, metadata: { name: 'app', resourceVersion } } };
}

async function read(namespace: string, name: string): Promise<ImageStream> {
  const { stdout } = await cluster.kubectl(['get', 'is', name, '-n', namespace, '-o', 'json']);
  return JSON.parse(stdout) as ImageStream;
}

/** @returns its uid */
async function create(namespace: string, object: object): Promise<string> {
  const args = ['create', '-n', namespace, '-f', '-', '-o', 'jsonpath={.metadata.uid}'];
  return (await cluster.kubectl(args, { input: JSON.stringify(object) })).stdout;
}

const editing = { apiGroups: ['image.openshift.io'], resources: ['imagestreams'], verbs: ['*'] };

describe('version v1stored', () => {
  it('is written by the controller, in one write that changes spec and status', async () => {
    const namespace = await cluster.namespace();
    await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
    const { stdout } = await cluster.kubectl(['get', 'imagestream', 'app', '-n', namespace, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'image.openshift.io/v1',
      metadata: { generation: 1 },
      status: { tags: [{ tag: '1', items: [{ image: digest(1) }] }] },
    });
  });

  const path = (namespace: string) =>
    `/apis/image.openshift.io/v1stored/namespaces/${namespace}/imagestreams`;
  const forged = (name: string) => imageStream(name, { '1': `evil.example/app@${digest(2)}` });

  it.each<readonly [string, (namespace: string) => Attempt]>([
    ['create', (namespace) => ({ method: 'POST', path: path(namespace), body: forged('new') })],
    ['replace', (namespace) => ({ method: 'PUT', path: `${path(namespace)}/app`, body: forged('app') })],
    [
      'patch',
      (namespace) => ({
        method: 'PATCH',
        path: `${path(namespace)}/app`,
        type: 'application/merge-patch+json',
        body: { status: forged('app').status },
      }),
    ],
    [
      'patch by operations',
      (namespace) => ({
        method: 'PATCH',
        path: `${path(namespace)}/app`,
        type: 'application/json-patch+json',
        body: [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }],
      }),
    ],
    ...['new', 'app'].map(
      (name) =>
        [
          `apply to ${name}`,
          (namespace: string): Attempt => ({
            method: 'PATCH',
            path: `${path(namespace)}/${name}?fieldManager=test&force=true`,
            type: 'application/apply-patch+yaml',
            body: forged(name),
          }),
        ] as const,
    ),
    ['delete', (namespace) => ({ method: 'DELETE', path: `${path(namespace)}/app` })],
    ['delete of all', (namespace) => ({ method: 'DELETE', path: path(namespace) })],
    ['dry run', (namespace) => ({ method: 'DELETE', path: `${path(namespace)}/app?dryRun=All` })],
  ])('refuses %s by anybody else, an administrator included', async (what, attemptIn) => {
    const namespace = await cluster.namespace();
    await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
    const before = await read(namespace, 'app');
    const user = `editor-${what.replaceAll(' ', '-')}`;
    await cluster.grant({ user, namespace, rules: [editing] });
    const controller = { user: `${controllerUser}2`, groups: ['system:serviceaccounts'] };
    await cluster.grant({ ...controller, namespace, rules: [editing] });
    const kubeconfigs = [
      cluster.kubeconfig,
      await cluster.kubeconfigFor({ user, groups: ['editors'] }),
      await cluster.kubeconfigFor(controller),
    ];
    for (const kubeconfig of kubeconfigs) {
      const { status, text } = await send(kubeconfig, withVersion(attemptIn(namespace), before));
      expect(status).toBe(403);
      expect(text).toContain(
        'version v1stored of ImageStream is written by the imagestreams controller alone',
      );
    }
    expect(await read(namespace, 'app')).toEqual(before);
  });

  it('has no status of its own to write', async () => {
    const namespace = await cluster.namespace();
    await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
    const { status } = await send(cluster.kubeconfig, {
      method: 'PATCH',
      path: `${path(namespace)}/app/status`,
      type: 'application/merge-patch+json',
      body: { status: forged('app').status },
    });
    expect(status).toBe(404);
  });

  it('keeps a status that an editor sends through v1 out', async () => {
    const namespace = await cluster.namespace();
    const user = 'editor-v1';
    await cluster.grant({ user, namespace, rules: [editing] });
    const kubeconfig = await cluster.kubeconfigFor({ user, groups: ['editors'] });
    const stream = {
      ...imageStream('app', { '1': `evil.example/app@${digest(2)}` }),
      apiVersion: 'image.openshift.io/v1',
    };
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], {
      kubeconfig,
      input: JSON.stringify(stream),
    });
    const { stdout } = await cluster.kubectl([
      'get',
      'is',
      'app',
      '-n',
      namespace,
      '-o',
      'jsonpath={.status}',
    ]);
    expect(stdout).toBe('');
  });
});

describe('those who clean up', () => {
  const stream = (name: string, metadata: object = {}) => ({
    ...imageStream(name, { '1': null }),
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, ...metadata },
  });
  const owner = (kind: string, apiVersion: string, name: string, uid: string) => ({
    ownerReferences: [{ apiVersion, kind, name, uid, blockOwnerDeletion: true }],
  });
  const gone = (namespace: string, what: string) =>
    waitFor(`${what} to be gone`, async () => {
      const args = ['get', what, '-n', namespace, '--ignore-not-found', '-o', 'name'];
      return (await cluster.kubectl(args)).stdout === '';
    });

  it('end a namespace with its streams', async () => {
    const namespace = await cluster.namespace();
    await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
    await create(namespace, stream('other'));
    await cluster.kubectl(['delete', 'namespace', namespace, '--timeout=30s']);
    const { stdout } = await cluster.kubectl(['get', 'namespace', namespace, '--ignore-not-found']);
    expect(stdout).toBe('');
  });

  it.each(['background', 'foreground'])('delete a stream with its owner, in the %s', async (cascade) => {
    const namespace = await cluster.namespace();
    const uid = await create(namespace, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } });
    await create(namespace, stream('owned', owner('ConfigMap', 'v1', 'owner', uid)));
    await cluster.kubectl(['delete', 'configmap', 'owner', '-n', namespace, `--cascade=${cascade}`]);
    await gone(namespace, 'is/owned');
  });

  it.each(['background', 'foreground', 'orphan'])(
    'see to what a stream owns, which is deleted with cascade %s',
    async (cascade) => {
      const namespace = await cluster.namespace();
      const uid = await create(namespace, stream('owner'));
      const metadata = { name: 'owned', ...owner('ImageStream', 'image.openshift.io/v1', 'owner', uid) };
      await create(namespace, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
      await cluster.kubectl(['delete', 'is', 'owner', '-n', namespace, `--cascade=${cascade}`]);
      if (cascade === 'orphan') {
        const args = [
          'get',
          'configmap',
          'owned',
          '-n',
          namespace,
          '-o',
          'jsonpath={.metadata.ownerReferences}',
        ];
        expect((await cluster.kubectl(args)).stdout).toBe('');
      } else await gone(namespace, 'configmap/owned');
      await gone(namespace, 'is/owner');
    },
  );
});
