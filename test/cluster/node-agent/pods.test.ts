import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type SupervisedProcess, TestCluster, waitFor } from '../index.ts';
import { clusterGet } from './cluster-request.ts';
import { agentNode, startNodeAgent } from './index.ts';
import { type ServerParts, server } from './pod-manifests.fixture.ts';
import { podProgram } from './pod-program.fixture.ts';
import { type RunningPod, runningPods } from './running-pods.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const settings = { images: podProgram, restartBackoff: { first: 1, longest: 2 } };
let agent: SupervisedProcess;
beforeAll(async () => {
  agent = await startNodeAgent(cluster, settings);
});
const deployed = new Set<string>();
afterEach(async () => {
  for (const namespace of deployed) await cluster.kubectl(['delete', 'deployment', '--all', '-n', namespace]);
  deployed.clear();
});
afterAll(() => cluster.close());

async function apply(objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(list) });
}

async function rolledOut(namespace: string): Promise<readonly RunningPod[]> {
  await cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s']);
  return await runningPods(cluster, namespace);
}

async function deploy(parts: ServerParts = {}, more: readonly object[] = []) {
  const namespace = await newNamespace();
  const objects = more.map((object) => ({ ...object, metadata: { ...Object(object).metadata, namespace } }));
  await apply([...objects, ...server(namespace, parts)]);
  const [pod] = await rolledOut(namespace);
  return { namespace, pod: pod! };
}

async function newNamespace(): Promise<string> {
  const namespace = await cluster.namespace();
  deployed.add(namespace);
  return namespace;
}

async function address(namespace: string): Promise<string> {
  const path = 'jsonpath={.spec.clusterIP}:80';
  return (await cluster.kubectl(['get', 'service', 'web', '-n', namespace, '-o', path])).stdout;
}

const page = async (pod: RunningPod, path: string) =>
  await (await fetch(`http://${pod.address}:8080${path}`)).text();

describe('a pod', () => {
  it('runs as a process with the environment, files and identity that it asks for', async () => {
    const volumes = [
      { name: 'config', configMap: { name: 'config', items: [{ key: 'a', path: 'sub/a.txt' }] } },
      { name: 'secret', secret: { secretName: 'secret' } },
      { name: 'scratch', emptyDir: {} },
    ];
    const container = {
      envFrom: [{ prefix: 'C_', configMapRef: { name: 'config' } }],
      securityContext: { readOnlyRootFilesystem: true },
      resources: { limits: { memory: '64Mi', cpu: '250m' } },
      volumeMounts: [
        { name: 'config', mountPath: '/etc/config' },
        { name: 'secret', mountPath: '/etc/secret', readOnly: true },
        { name: 'scratch', mountPath: '/tmp' },
      ],
    };
    const { namespace, pod } = await deploy({ container, pod: { volumes } }, [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' }, data: { a: 'one' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'secret' }, stringData: { key: 'hidden' } },
    ]);
    expect(JSON.parse(await page(pod, '/env'))).toMatchObject({
      POD_NAME: pod.name,
      POD_IP: pod.address,
      GREETING: 'v1 $(VERSION) $(NOBODY)',
      C_a: 'one',
      HOSTNAME: pod.name,
    });
    expect(JSON.parse(await page(pod, '/env'))).not.toHaveProperty('KUBECONFIG');
    expect(JSON.parse(await page(pod, '/'))).toEqual({ pod: pod.name, host: pod.name, version: '1' });
    expect(await page(pod, '/read?path=/etc/config/sub/a.txt')).toBe('one');
    expect(await page(pod, '/read?path=/etc/secret/key')).toBe('hidden');
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(await page(pod, `/read?path=${account}/namespace`)).toBe(namespace);
    expect(await page(pod, '/write?path=/tmp/x')).toBe('ok');
    expect(await page(pod, '/read?path=/tmp/x')).toBe('written');
    expect(await page(pod, '/write?path=/etc/config/x')).toContain('EROFS');
    expect(await page(pod, '/write?path=/x')).toContain('EROFS');
    expect(JSON.parse(await page(pod, '/whoami'))).toMatchObject({
      status: {
        userInfo: {
          username: `system:serviceaccount:${namespace}:default`,
          extra: { 'authentication.kubernetes.io/pod-name': [pod.name] },
        },
      },
    });

    await cluster.kubectl(['patch', 'configmap', 'config', '-n', namespace, '-p', '{"data":{"a":"two"}}']);
    await waitFor('the file to follow', () => page(pod, '/read?path=/etc/config/sub/a.txt'), {
      until: (text) => text === 'two',
    });
  });

  it('has a log that kubectl shows', async () => {
    const { namespace, pod } = await deploy();
    const { stdout } = await cluster.kubectl(['logs', pod.name, '-n', namespace]);
    expect(stdout).toBe(`listening on ${pod.address}:8080\n`);
  });

  it('is out of its Service while it is not ready', async () => {
    const { namespace, pod } = await deploy();
    const service = await address(namespace);
    expect(JSON.parse(await clusterGet(cluster, service))).toMatchObject({ pod: pod.name });
    await page(pod, '/become?ready=false');
    await waitFor('the Service to have no endpoint', () =>
      clusterGet(cluster, service).then(
        () => false,
        (error: Error) => error.message.includes('502'),
      ),
    );
    await page(pod, '/become?ready=true');
    await waitFor('the Service to work again', () => clusterGet(cluster, service));
  });

  it('is started again when it fails, with its log of before kept', async () => {
    const { namespace, pod } = await deploy();
    await fetch(`http://${pod.address}:8080/exit?code=3`).catch(() => undefined);
    const again = await waitFor('a restart', async () => {
      const [now] = await runningPods(cluster, namespace);
      return now !== undefined && now.restarts > 0 && now.ready ? now : undefined;
    });
    expect(again).toMatchObject({ name: pod.name, restarts: 1 });
    expect(again.pid).not.toBe(pod.pid);
    const last = 'jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}';
    const { stdout } = await cluster.kubectl(['get', 'pod', pod.name, '-n', namespace, '-o', last]);
    expect(stdout).toBe('3');
    const log = await cluster.kubectl(['logs', pod.name, '-n', namespace, '--previous']);
    expect(log.stdout).toContain('listening');
  });

  it('is started again when it is no longer alive', async () => {
    const livenessProbe = {
      httpGet: { path: '/ready', port: 8080 },
      periodSeconds: 1,
      failureThreshold: 2,
    };
    const { namespace, pod } = await deploy({ container: { livenessProbe } });
    await page(pod, '/become?ready=false');
    await waitFor('a restart', async () => (await runningPods(cluster, namespace))[0]?.restarts === 1);
    const { stdout } = await cluster.kubectl(['logs', pod.name, '-n', namespace, '--previous']);
    expect(stdout).toContain('SIGTERM\ndrained\n');
  });

  it('has the time that it asks for to end, and no more', async () => {
    const slow = await deploy({ drainMs: 1_000, pod: { terminationGracePeriodSeconds: 30 } });
    const stuck = await deploy({ drainMs: 600_000, pod: { terminationGracePeriodSeconds: 1 } });
    for (const { namespace, pod } of [slow, stuck]) {
      await cluster.kubectl(['delete', 'deployment', 'web', '-n', namespace]);
      await cluster.kubectl(['wait', '--for=delete', `pod/${pod.name}`, '-n', namespace, '--timeout=60s']);
      expect(isAlive(pod.pid)).toBe(false);
    }
  });

  it('says what it waits for', async () => {
    const namespace = await newNamespace();
    const volumes = [{ name: 'config', configMap: { name: 'late' } }];
    await apply(server(namespace, { pod: { volumes } }));
    const message = 'jsonpath={.items[*].status.containerStatuses[0].state.waiting.message}';
    await waitFor('the message', async () => {
      const { stdout } = await cluster.kubectl(['get', 'pods', '-n', namespace, '-o', message]);
      return stdout === 'configmap "late" not found';
    });
    await cluster.kubectl(['create', 'configmap', 'late', '-n', namespace]);
    await rolledOut(namespace);
  });
});

describe('a rolling update', () => {
  it('fails no request', async () => {
    const preStop = { sleep: { seconds: 1 } };
    const parts = { replicas: 2, container: { lifecycle: { preStop } } };
    const { namespace } = await deploy(parts);
    const service = await address(namespace);
    const seen = new Map<string, number>();
    let rolling = true;
    const load = (async () => {
      while (rolling) {
        const { version } = JSON.parse(await clusterGet(cluster, service)) as { version: string };
        seen.set(version, (seen.get(version) ?? 0) + 1);
      }
    })();
    try {
      await apply(server(namespace, { ...parts, version: '2' }));
      await rolledOut(namespace);
      await waitFor('the new version', () => seen.get('2'));
    } finally {
      rolling = false;
      await load;
    }
    expect([...seen.keys()].sort()).toEqual(['1', '2']);
  });
});

describe('an agent that is killed', () => {
  it('leaves no process behind, and the next one starts the pods again', async () => {
    const { namespace, pod } = await deploy();
    await agent.stop('SIGKILL');
    await waitFor('the process to end', () => !isAlive(pod.pid));
    agent = await startNodeAgent(cluster, { ...settings, name: 'node-agent-again' });
    const again = await waitFor('the pod to run again', async () => {
      const [now] = await runningPods(cluster, namespace);
      return now !== undefined && now.pid !== pod.pid && now.ready ? now : undefined;
    });
    expect(again).toMatchObject({ name: pod.name, restarts: 1 });
    expect(JSON.parse(await page(again, '/'))).toMatchObject({ pod: pod.name });
  });
});

describe('an agent that ends', () => {
  it('takes its node and its pods with it', async () => {
    const { namespace, pod } = await deploy();
    await cluster.kubectl(['delete', 'deployment', 'web', '-n', namespace, '--cascade=orphan']);
    await cluster.kubectl(['delete', 'replicaset', '--all', '-n', namespace, '--cascade=orphan']);
    expect(await agent.stop()).toBe('exit code 0');
    expect(isAlive(pod.pid)).toBe(false);
    const { stdout } = await cluster.kubectl(['get', 'nodes', '-o', 'name']);
    expect(stdout).not.toContain(agentNode);
    expect((await cluster.kubectl(['get', 'pods', '-n', namespace, '-o', 'name'])).stdout).toBe('');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
