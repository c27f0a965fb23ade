import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import type { RunningPod } from '../cluster/node-agent/running-pods.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { type Component, InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { creationsIn, loadDuring, undisturbed } from './load-during.ts';
import { PodClocks } from './pod-clocks.ts';
import { importedProject, pushVersions } from './project.ts';

jest.setTimeout(300_000);

const yearMs = 365 * 86_400_000;

let own: OwnCluster;
let cluster: TestCluster;
let clocks: PodClocks;
let chart: InstalledChart;
let project: Project;

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-health', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  await pushVersions(cluster, '20.0.2');
  clocks = new PodClocks(cluster);
  chart = await InstalledChart.install(cluster, clocks.values);
  project = await importedProject(cluster, '20.0.2');
});
afterAll(async () => {
  project?.disconnect();
  await own?.close();
});

const load = () => creationsIn(cluster, project);
const scale = (component: Component, count: number) =>
  chart.kubectl(['scale', 'deployment', `imagestreams-${component}`, `--replicas=${count}`]);

/** The pods of a component, once there are so many; not all of them need be ready. */
const started = async (component: Component, count: number) =>
  await waitFor('the pods', () => chart.pods(component), {
    until: (pods) => pods.length === count && pods.every(({ pid }) => pid > 0),
  });

async function everybody(): Promise<readonly RunningPod[]> {
  return [...(await chart.ready('webhook', 2)), ...(await chart.ready('controller', 2))];
}

describe('a webhook is ready', () => {
  const binding = ['clusterrolebinding', 'imagestreams-webhook'];
  let taken = '';

  it.each([
    [
      'with a certificate',
      async () => {
        await scale('controller', 0);
        await chart.kubectl(['wait', '--for=delete', 'pod', '-l', 'app.kubernetes.io/component=controller']);
        await chart.kubectl(['delete', 'secret', 'imagestreams-webhook-tls']);
      },
      () => scale('controller', 2),
      '[-]certificate failed: there is no Secret imagestreams/imagestreams-webhook-tls',
    ],
    [
      'with all image streams',
      async () => {
        taken = (await cluster.kubectl(['get', ...binding, '-o', 'json'])).stdout;
        await cluster.kubectl(['delete', ...binding]);
      },
      () => cluster.kubectl(['create', '-f', '-'], { input: taken }),
      '[-]streams failed: image streams have not been listed yet',
    ],
  ])('%s, and lives without', async (_, take, giveBack, reason) => {
    const before = await chart.ready('webhook', 2);
    const result = await loadDuring(load(), async () => {
      await take();
      await scale('webhook', 3);
      const fresh = (await started('webhook', 3)).find(({ pid }) => before.every((old) => old.pid !== pid));
      if (fresh === undefined) throw new Error('there is no third webhook');
      await waitFor('the reason', () => chart.health(fresh, 'readyz'), {
        until: (text) => text.includes(reason),
      });
      expect(await chart.health(fresh, 'livez')).toContain('livez check passed');
      await giveBack();
      await chart.ready('webhook', 3);
      await scale('webhook', 2);
      await chart.ready('webhook', 2);
    });
    expect(result).toMatchObject(undisturbed);
  });

  it('while it is not ending, and serves until everybody knows', async () => {
    const result = await loadDuring(load(), async () => {
      const [pod] = await chart.ready('webhook', 2);
      if (pod === undefined) throw new Error('there is no webhook');
      await chart.kubectl(['delete', 'pod', pod.name, '--wait=false']);
      await waitFor('it to say so', () => chart.health(pod, 'readyz'), {
        until: (text) => text.includes('[-]draining failed: the process is shutting down'),
      });
      expect(await reviewsAt(pod)).toBe(405);
      await chart.kubectl(['wait', '--for=delete', `pod/${pod.name}`, '--timeout=30s']);
      await expect(reviewsAt(pod)).rejects.toThrow('ECONNREFUSED');
      await chart.ready('webhook', 2);
    });
    expect(result).toMatchObject(undisturbed);
  });
});

describe('while the API server says nothing', () => {
  it('pods are not ready after five minutes, live on, and are ready again when it does', async () => {
    const pods = await everybody();
    const told = () => Promise.all(pods.map((pod) => chart.health(pod, 'readyz')));
    own.pauseApiServer();
    try {
      clocks.shift({ steadyMs: 301_000 });
      for (const text of await told()) expect(text).toMatch(/nothing was heard of image streams for \d+ s/);
      for (const pod of pods) expect(await chart.health(pod, 'livez')).toContain('livez check passed');
    } finally {
      own.resumeApiServer();
    }
    await waitFor('the API server', () => project.kubectl(['label', 'imagestream', 'keycloak', 'a=b']));
    await waitFor('all to be ready', told, {
      until: (texts) => texts.every((text) => text.includes('readyz check passed')),
    });
    expect((await everybody()).map(({ pid }) => pid)).toEqual(pods.map(({ pid }) => pid));
  });
});

describe('pods whose clock is wrong', () => {
  it.each([
    ['twenty years ahead', 20],
    ['twenty years behind', -20],
  ])('by %s are ready and serve, those that start, too', async (_, years) => {
    const certificate = ['get', 'secret', 'imagestreams-webhook-tls', '-o', 'jsonpath={.data.tls\\.crt}'];
    const before = (await chart.kubectl(certificate)).stdout;
    const result = await loadDuring(load(), async () => {
      const pods = await everybody();
      clocks.shift({ wallMs: years * yearMs, steadyMs: 301_000 });
      for (const pod of pods) expect(await chart.health(pod, 'readyz')).toContain('readyz check passed');
      const leader = await chart.leader();
      const [webhook] = pods;
      await chart.kubectl(['delete', 'pod', `${webhook?.name}`, leader.name]);
      for (const pod of await everybody())
        expect(await chart.health(pod, 'readyz')).toContain('readyz check passed');
      const { name } = await chart.leader();
      await waitFor('somebody to say so', async () => (await chart.kubectl(['logs', name])).stdout, {
        until: (log) => /The clock of this process is \d+ s (ahead of|behind) the API server's/.test(log),
      });
    });
    expect(result).toMatchObject(undisturbed);
    expect((await chart.kubectl(certificate)).stdout).toBe(before);
  });
});

describe('a program that does nothing any more', () => {
  it('is not ready, and is started again; reviews fail until then alone', async () => {
    const [webhook] = await chart.ready('webhook', 2);
    const stuck = [webhook?.pid ?? 0, (await chart.leader()).pid];
    for (const pid of stuck) process.kill(pid, 'SIGSTOP');
    await waitFor('the webhook to be found out', () => chart.pods('webhook'), {
      until: (pods) => pods.filter(({ ready }) => ready).length === 1,
    });
    // on connections that were there before, the API server still asks it
    const { unresolved } = await loadDuring(load(), async () => {
      await waitFor('all to be started again', everybody, {
        until: (pods) =>
          pods.filter(({ restarts }) => restarts === 1).length === stuck.length &&
          pods.every(({ pid }) => !stuck.includes(pid)),
        timeoutMs: 150_000,
      });
    });
    expect(unresolved).toBe(0);
    expect(await loadDuring(load(), everybody)).toMatchObject(undisturbed);
  });
});

/** The status of a request that no webhook takes for a review. */
function reviewsAt({ address: host }: RunningPod): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host, port: 8443, path: '/mutate', agent: false, rejectUnauthorized: false };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}
