import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { projectImage } from '../cluster/node-agent/project-image.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import { Project } from '../cluster/project.ts';
import { broadPolicy, InstalledChart, release, chart as source, startChartNodes } from './installed-chart.ts';
import { creationsIn, loadDuring, undisturbed } from './load-during.ts';
import { pushVersions, repository } from './project.ts';
import { publishChart } from './published-chart.ts';

jest.setTimeout(300_000);

const examples = join(import.meta.dirname, '..', '..', 'examples', 'story');

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let project: Project;
let digest = '';

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-install', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  [digest = ''] = await pushVersions(cluster, '20.0.2');
});
afterAll(async () => {
  project?.disconnect();
  await own?.close();
});

const load = () => creationsIn(cluster, project);
const image = async (deployment: string) => {
  const path = 'jsonpath={.spec.template.spec.containers[0].image}';
  return (await project.kubectl(['get', 'deployment', deployment, '-o', path])).stdout;
};

// each goes on where the one before it ended
describe('the chart', () => {
  it('is installed by one command, and works', async () => {
    const startedAt = performance.now();
    chart = await InstalledChart.install(cluster);
    const readyAt = performance.now();
    project = await Project.create(cluster, { user: 'ada' });
    await project.kubectl(['apply', '-f', join(examples, 'stream.yaml')]);
    await project.kubectl([
      ...['patch', 'imagestream', 'keycloak', '--type=merge'],
      ...['-p', '{"spec":{"lookupPolicy":{"local":true}}}'],
    ]);
    await project.imported('keycloak', '20');
    await project.kubectl(['apply', '-f', join(examples, 'workloads.yaml')]);
    await waitFor('the image', () => image('mykeycloak'), {
      until: (seen) => seen === `${repository}@${digest}`,
    });
    const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(1);
    process.stdout.write(
      `helm install --wait: ${((readyAt - startedAt) / 1000).toFixed(1)} s; to the first resolved name: ${seconds(startedAt)} s\n`,
    );
  });

  it('takes the image streams that Artifact Hub shows as examples', async () => {
    const { annotations } = parse(readFileSync(join(source, 'Chart.yaml'), 'utf8'));
    const examples: readonly object[] = parse(annotations['artifacthub.io/crdsExamples']);
    const fresh = examples.map((example) => ({ ...example, metadata: { name: 'example' } }));
    await project.kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], ...fresh);
  });

  it('keeps its replicas on different nodes', async () => {
    for (const component of ['webhook', 'controller'] as const) {
      const pods = await chart.ready(component, 2);
      expect(pods.map(({ node }) => node).sort()).toEqual(['agent-1', 'agent-2']);
    }
  });

  it('measures itself: reviews, and one leader', async () => {
    const measured = async (component: 'webhook' | 'controller', pattern: RegExp) => {
      const texts = await Promise.all((await chart.pods(component)).map((pod) => chart.metrics(pod)));
      return texts.filter((text) => pattern.test(text)).length;
    };
    expect(
      await measured('webhook', /^imagestreams_admission_reviews_total\{.*kind="Deployment"\} [1-9]/m),
    ).toBeGreaterThan(0);
    expect(await measured('controller', /^imagestreams_leader 1$/m)).toBe(1);
  });

  it('plays its story by `helm test`, and takes away what that made', async () => {
    const stdout = expect.stringContaining('ok: the alias moved, and the Deployment with it\n');
    expect(await chart.test()).toMatchObject({ code: 0, stdout });
    const { stdout: left } = await cluster.kubectl([
      ...['get', 'namespaces,pods,serviceaccounts', '-A', '-o', 'name'],
      ...['-l', 'app.kubernetes.io/component=check'],
    ]);
    expect(left).toBe('');
  });

  it('is scaled under load without a failed or unresolved review', async () => {
    const scale = async (replicas: number) => {
      await chart.kubectl(['scale', 'deployment', 'imagestreams-webhook', `--replicas=${replicas}`]);
      await chart.ready('webhook', replicas);
    };
    const result = await loadDuring(load(), async () => {
      await scale(5);
      await scale(1);
      await scale(2);
    });
    expect(result).toMatchObject(undisturbed);
  });

  it('has had all the rights that it needs', () => expect(own.denied()).toEqual([]));

  it('gets and loses a policy under load in the same way', async () => {
    const result = await loadDuring(load(), async () => {
      await chart.upgrade({ policy: broadPolicy });
      // pods that end have lost the right to read the policy before
      await chart.rollback();
    });
    expect(result).toMatchObject(undisturbed);
  });

  it('is uninstalled without blocking anything, and its streams stay', async () => {
    await chart.uninstall();
    await project.kubectl(['create', 'deployment', 'later', '--image=keycloak:20']);
    expect(await image('later')).toBe('keycloak:20');
    // the roles that let ada see them are gone with the chart
    const { stdout } = await cluster.kubectl(['get', 'imagestreams', '-n', project.namespace, '-o', 'name']);
    expect(stdout).toBe('imagestream.image.openshift.io/keycloak\n');
    const left = async () => (await chart.kubectl(['get', 'all', '-o', 'name'])).stdout;
    await waitFor('the last pods to have drained', left, { until: (names) => names === '' });
    await cluster.kubectl(['delete', 'namespace', chart.namespace, '--timeout=60s']);
  });

  it('is installed again from a registry, and takes up the streams that are there', async () => {
    const released = `${projectImage}@sha256:${'0'.repeat(64)}`;
    chart = await InstalledChart.install(cluster, {}, await publishChart(cluster, released));
    const path = 'jsonpath={.spec.template.spec.containers[0].image}';
    const webhook = await chart.kubectl(['get', 'deployment', 'imagestreams-webhook', '-o', path]);
    expect(webhook.stdout).toBe(released);
    await waitFor('a resolved name', () =>
      project.kubectl(['create', 'deployment', 'again', '--image=keycloak:20']),
    );
    expect(await image('again')).toBe(`${repository}@${digest}`);
  });
});
