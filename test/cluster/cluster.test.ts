import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { TestCluster, waitFor } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

function podTemplate(labels: object, restartPolicy: string): object {
  return {
    metadata: { labels },
    spec: { restartPolicy, containers: [{ name: 'main', image: 'example.com/nothing:1' }] },
  };
}

describe('the control plane', () => {
  it('has the version that the modules pin', async () => {
    const { stdout } = await cluster.kubectl(['version', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      serverVersion: { gitVersion: expect.stringMatching(/^v1\.37\./) },
    });
  });

  it('rolls a Deployment out', async () => {
    const namespace = await cluster.namespace();
    const labels = { app: 'web' };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec: { replicas: 3, selector: { matchLabels: labels }, template: podTemplate(labels, 'Always') },
    };
    await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment) });
    const { stdout } = await cluster.kubectl([
      'rollout',
      'status',
      'deployment/web',
      '-n',
      namespace,
      '--timeout=30s',
    ]);
    expect(stdout).toContain('successfully rolled out');
  });

  it('completes a Job', async () => {
    const namespace = await cluster.namespace();
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once', namespace },
      spec: { template: podTemplate({}, 'Never') },
    };
    await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(job) });
    const { stdout } = await cluster.kubectl([
      'wait',
      'job/once',
      '-n',
      namespace,
      '--for=condition=Complete',
      '--timeout=30s',
    ]);
    expect(stdout).toContain('condition met');
  });
});

describe('a made-up user', () => {
  it('may do what was granted and nothing else', async () => {
    const namespace = await cluster.namespace();
    const kubeconfig = await cluster.kubeconfigFor({ user: 'ada', groups: ['developers'] });
    await cluster.grant({
      user: 'ada',
      namespace,
      rules: [{ resources: ['configmaps'], verbs: ['create', 'get'] }],
    });

    const asAda = (...args: string[]) =>
      cluster.kubectl([...args, '-n', namespace], { kubeconfig, allowFailure: true });
    expect(await asAda('create', 'configmap', 'allowed')).toMatchObject({ code: 0, stderr: '' });
    const refused = await asAda('get', 'secrets');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('User "ada" cannot list resource "secrets"');
    const elsewhere = await cluster.kubectl(['get', 'configmaps', '-A'], { kubeconfig, allowFailure: true });
    expect(elsewhere.stderr).toContain('Forbidden');
  });

  it('is known by name and groups', async () => {
    const kubeconfig = await cluster.kubeconfigFor({ user: 'grace', groups: ['a', 'b:c'] });
    const { stdout } = await cluster.kubectl(['auth', 'whoami', '-o', 'json'], { kubeconfig });
    expect(JSON.parse(stdout)).toMatchObject({
      status: { userInfo: { username: 'grace', groups: ['a', 'b:c', 'system:authenticated'] } },
    });
  });

  it('may do something everywhere when granted without a namespace', async () => {
    const kubeconfig = await cluster.kubeconfigFor({ user: 'root-reader' });
    await cluster.grant({ user: 'root-reader', rules: [{ resources: ['nodes'], verbs: ['list'] }] });
    const { stdout } = await cluster.kubectl(['get', 'nodes', '-o', 'name'], { kubeconfig });
    expect(stdout).toBe('node/node-1\nnode/node-2\n');
  });
});

describe('the registry', () => {
  it('takes and gives an image', async () => {
    const layer = join(cluster.directory, 'empty.tar');
    writeFileSync(layer, Buffer.alloc(1024));
    const image = `${cluster.registry}/team/app:1`;
    const pushed = await cluster.crane(['append', '--new_layer', layer, '--new_tag', image]);
    expect(pushed).toMatch(/^127\.0\.0\.1:\d+\/team\/app@sha256:[0-9a-f]{64}$/);
    expect(`${cluster.registry}/team/app@${await cluster.crane(['digest', image])}`).toBe(pushed);
  });
});

describe('an extra process', () => {
  it('is started, found ready, and stopped', async () => {
    const port = await cluster.takePort();
    const serve = `require('node:http').createServer((_, r) => r.end('here')).listen(${port}, '127.0.0.1')`;
    const read = async () => (await fetch(`http://127.0.0.1:${port}`)).text();
    const server = await cluster.startProcess({
      name: 'server',
      command: process.execPath,
      args: ['-e', serve],
      ready: async () => (await read()) === 'here',
    });
    expect(await server.stop()).toBe('SIGTERM');
    await expect(read()).rejects.toThrow();
  });
});

describe('waiting for something that does not happen', () => {
  it('says what was seen last', async () => {
    const wait = waitFor('the count to be 9', () => ({ count: 7 }), {
      timeoutMs: 100,
      until: ({ count }) => count === 9,
    });
    await expect(wait).rejects.toThrow('waited 0.1 s for the count to be 9; last seen: { count: 7 }');
  });

  it('ends also when the probe never answers', async () => {
    const wait = waitFor('an answer', () => new Promise(() => undefined), { timeoutMs: 100 });
    await expect(wait).rejects.toThrow('the first answer never came');
  });
});
