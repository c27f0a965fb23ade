import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runCommand } from '../cluster/command.ts';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { MONITORING_BUILD_MS, provideMonitoringPrograms } from '../cluster/monitoring-programs.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { type RuleGroup, ruleGroups } from './alert-rules.ts';
import { dashboardQueries } from './dashboard-queries.ts';
import { installForeignKinds } from './definitions.ts';
import { chart as directory, InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { creationsIn, loadDuring } from './load-during.ts';
import { importedProject, pushVersions, repository } from './project.ts';
import { Prometheus } from './prometheus.ts';
import { type ServiceMonitor, scrapeApiServer, scrapeServices } from './scrape-config.ts';

jest.setTimeout(300_000);

const queries = dashboardQueries(readFileSync(join(directory, 'monitoring', 'dashboard.json'), 'utf8'));
const alerts = ruleGroups().flatMap(({ rules }) => rules);

/** Processes here have no limit, as no kubelet sets one. */
const notHere = /imagestreams_memory_limit_bytes/;

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let project: Project;
let programs: Awaited<ReturnType<typeof provideMonitoringPrograms>>;
let prometheus: Prometheus;

beforeAll(async () => {
  programs = await provideMonitoringPrograms();
  own = await OwnCluster.start({ name: 'chart-monitoring', audited: release });
  cluster = own.cluster;
  await Promise.all([startChartNodes(cluster), installForeignKinds(cluster)]);
  const [, newer = ''] = await pushVersions(cluster, '20.0.2', '20.0.3');
  const enabled = { enabled: true };
  chart = await InstalledChart.install(cluster, {
    monitoring: { serviceMonitor: enabled, prometheusRule: enabled, dashboard: enabled },
    policy: { resolveImages: 'Attempt' },
  });
  const { spec } = await made<{ readonly spec: { readonly groups: readonly RuleGroup[] } }>('prometheusrule');
  const monitor = await made<ServiceMonitor>('servicemonitor');
  prometheus = await Prometheus.start(cluster, {
    program: programs.prometheus,
    scrape: [scrapeServices(cluster, monitor), scrapeApiServer(cluster)],
    groups: spec.groups,
  });
  await targetsAreUp();
  project = await importedProject(cluster, '20.0.2');
  await live(newer);
}, MONITORING_BUILD_MS);
afterAll(async () => {
  project?.disconnect();
  await own?.close();
});

async function made<T>(resource: string): Promise<T> {
  return JSON.parse((await chart.kubectl(['get', resource, release, '-o', 'json'])).stdout) as T;
}

async function targetsAreUp(): Promise<void> {
  await waitFor('all targets', async () => (await prometheus.query('up == 1')).length, {
    until: (count) => count === 5,
  });
}

/** Something of everything that is counted: reviews, refusals, a tag that moves, an import that fails. */
async function live(newer: string): Promise<void> {
  await project.kubectl(['create', 'deployment', 'web', '--image=keycloak:20']);
  const trigger = [{ from: { kind: 'ImageStreamTag', name: 'keycloak:20' }, fieldPath: containerImage }];
  const annotation = `image.openshift.io/triggers=${JSON.stringify(trigger)}`;
  await project.kubectl(['annotate', 'deployment', 'web', annotation]);
  await loadDuring(creationsIn(cluster, project), async () => {
    await project.refused(['create', 'deployment', 'none', '--image=keycloak:21']);
    const absent = { name: 'absent', from: { kind: 'DockerImage', name: `${repository}:absent` } };
    await project.patch('keycloak', { op: 'add', path: '/spec/tags/-', value: absent });
    await project.failed('keycloak', 'absent', 'NotFound');
    await project.patchTag('keycloak', '20', '/from/name', `${repository}:20.0.3`);
    await waitFor('the move to reach the workload', async () => {
      const path = 'jsonpath={.spec.template.spec.containers[0].image}';
      return (await project.kubectl(['get', 'deployment', 'web', '-o', path])).stdout.endsWith(newer);
    });
  });
}

const containerImage = 'spec.template.spec.containers[?(@.name=="keycloak")].image';

/** Goes on with something until these alerts, and no others, are on their way to fire. */
async function alertsOnTheirWay(
  expected: readonly string[],
  work: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const onTheWay = async () => {
    await work();
    const rules = await prometheus.rules();
    const active = rules.filter(({ state }) => state !== 'inactive').map(({ name }) => name);
    // that the machine is busy is nobody's fault here
    return active.filter((name) => name !== 'ImageStreamsReviewsSlow');
  };
  await waitFor(`${expected.join(', ') || 'no alert'} on the way`, onTheWay, {
    timeoutMs: 90_000,
    until: (names) => names.toSorted().join() === expected.toSorted().join(),
  });
}

describe('what the pods tell', () => {
  it.each(['webhook', 'controller'] as const)('as the %s is in order for promtool', async (component) => {
    const [pod] = await chart.pods(component);
    const { code, stderr } = await runCommand(programs.promtool, ['check', 'metrics'], {
      input: await chart.metrics(pod!),
    });
    // 1 is text that cannot be read, 3 is advice; some is on Node's usual metrics, whose names are not ours
    expect([0, 3]).toContain(code);
    expect(stderr.split('\n').filter((line) => line.startsWith('imagestreams_'))).toEqual([]);
  });

  it('is read by the ServiceMonitor of the chart, of all pods', async () => {
    const up = await prometheus.query('up{job!="apiserver"} == 1');
    expect(up.map(({ metric }) => metric['service']).sort()).toEqual([
      ...['imagestreams-controller', 'imagestreams-controller'],
      ...['imagestreams-webhook', 'imagestreams-webhook'],
    ]);
  });
});

describe('the dashboard', () => {
  it('is in its ConfigMap as it is in the chart', async () => {
    const path = 'jsonpath={.data.imagestreams\\.json}';
    const { stdout } = await chart.kubectl(['get', 'configmap', 'imagestreams-dashboard', '-o', path]);
    expect(dashboardQueries(stdout)).toEqual(queries);
  });

  it.each(queries)('%s shows something: %s', async (_, query) => {
    const ask = () => prometheus.query(query);
    if (notHere.test(query)) await ask();
    else await waitFor('a sample', ask, { until: (samples) => samples.length > 0 });
  });
});

describe('the alerts', () => {
  it('are evaluated without an error, and none is on its way while all is well', async () => {
    await alertsOnTheirWay([]);
    const rules = await prometheus.rules();
    expect(rules.map(({ name }) => name).toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('begin with a policy that has an error, and end when it is mended', async () => {
    const use = (text: string) => {
      const patch = JSON.stringify({ data: { 'policy.yaml': text } });
      return chart.kubectl(['patch', 'configmap', 'imagestreams-policy', '--type=merge', '-p', patch]);
    };
    const path = 'jsonpath={.data.policy\\.yaml}';
    const { stdout } = await chart.kubectl(['get', 'configmap', 'imagestreams-policy', '-o', path]);
    await use(stdout.replace('Attempt', 'Perhaps'));
    await alertsOnTheirWay(['ImageStreamsPolicyRefused']);
    await use(stdout);
    await alertsOnTheirWay([]);
  });

  it('begin when nobody is there', async () => {
    await cluster.kubectl(['create', '-f', '-'], { input: JSON.stringify(absentWebhook(project)) });
    for (const name of ['webhook', 'controller']) {
      await chart.kubectl(['scale', 'deployment', `imagestreams-${name}`, '--replicas=0']);
    }
    await alertsOnTheirWay(
      [
        ...['ImageStreamsWebhookDown', 'ImageStreamsNoLeader'],
        ...['ImageStreamsWebhookCallsFail', 'ImageStreamsReviewsSkipped'],
      ],
      async () => {
        await project.refused(['run', 'short', '--image=keycloak:20', '--dry-run=server']);
        await project.kubectl(['create', 'configmap', 'any', '--dry-run=server']);
      },
    );
  });
});

/** One with `failurePolicy: Ignore`, where nobody listens. */
function absentWebhook({ namespace }: Project): object {
  const rule = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'absent' },
    webhooks: [
      {
        name: 'absent.test.imagestreams.io',
        clientConfig: { url: 'https://127.0.0.1:1/' },
        failurePolicy: 'Ignore',
        rules: [rule],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  };
}

describe('every metric that is asked for', () => {
  it('is really told', async () => {
    const known = new Set(await prometheus.metricNames());
    const asked = [...queries.map(([, query]) => query), ...alerts.map(({ expr }) => expr)].flatMap(
      (query) => query.match(/\b(imagestreams|process|nodejs|apiserver)_\w+/g) ?? [],
    );
    expect([...new Set(asked)].filter((name) => !known.has(name) && !notHere.test(name))).toEqual([]);
  });
});
