import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TestCluster } from '../cluster/index.ts';
import { waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { tracingArgs } from '../cluster/tracing.ts';
import { type ReceivedSpan, SpanReceiver } from '../telemetry/span-receiver.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { importedProject, pushVersions, repository } from './project.ts';

jest.setTimeout(300_000);

let receiver: SpanReceiver;
let own: OwnCluster;
let cluster: TestCluster;
let nodes: SupervisedProcess;
let chart: InstalledChart;
let project: Project;
/** Another one, to be left. */
let left: Project;

beforeAll(async () => {
  receiver = await SpanReceiver.start();
  own = await OwnCluster.start({ name: 'chart-absence', audited: release, apiServerArgs: tracingArgs });
  cluster = own.cluster;
  nodes = await startChartNodes(cluster);
  await pushVersions(cluster, '20.0.2', '20.0.3');
  chart = await InstalledChart.install(cluster, {
    check: { import: `${repository}:20.0.3` },
    tracing: { endpoint: receiver.endpoint.href, samplingPerMillion: 1_000_000 },
  });
  project = await importedProject(cluster, '20.0.2');
  left = await importedProject(cluster, '20.0.2');
  left.disconnect();
  await left.kubectl(['create', 'deployment', 'web', '--image=keycloak:20']);
  await project.kubectl(['create', 'deployment', 'web', '--image=keycloak:20']);
  await project.kubectl(['create', 'deployment', 'old', '--image=keycloak:20']);
  await project.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
});
afterAll(async () => {
  project?.disconnect();
  await own?.close();
  await receiver?.stop();
});

const childrenOf = ({ spanId }: ReceivedSpan) =>
  receiver.spans.filter(({ parentSpanId }) => parentSpanId === spanId);

const pod = (name: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image }] },
});

const stream = (name: string) => ({
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { name },
  spec: {},
});

/** A Deployment whose image follows a tag. */
const triggered = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name,
    annotations: {
      'image.openshift.io/triggers': JSON.stringify([
        {
          from: { kind: 'ImageStreamTag', name: 'keycloak:20' },
          fieldPath: 'spec.template.spec.containers[?(@.name=="main")].image',
        },
      ]),
    },
  },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: pod(name, 'quay.io/example/app:1').spec },
  },
});

const fieldPath = 'spec.template.spec.containers[?(@.name=="keycloak")].image';

describe('traces', () => {
  // each process sends its spans after a while
  it("of the webhook go on with the API server's", async () => {
    const trigger = { from: { kind: 'ImageStreamTag', name: 'keycloak:20' }, fieldPath };
    const triggers = `image.openshift.io/triggers=${JSON.stringify([trigger])}`;
    await project.kubectl(['annotate', 'deployment/web', triggers]);
    const review = (name: string) =>
      receiver
        .named(name)
        .filter(({ attributes }) => attributes['imagestreams.resource'] === 'deployments.apps');
    const [mutate, validate, parts] = await waitFor('spans of both reviews of a Deployment', () => {
      for (const last of review('validate')) {
        const first = review('mutate').find(({ traceId }) => traceId === last.traceId);
        if (first !== undefined) return [first, last, childrenOf(first)] as const;
      }
      return undefined;
    });
    // the API server calls both from a span of its own
    expect(mutate).toMatchObject({ kind: 2, parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(validate).toMatchObject({ kind: 2, parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(mutate.parentSpanId).not.toBe(validate.parentSpanId);
    expect(parts.map(({ name }) => name)).toEqual(['decode', 'decide']);
  });

  it('of the controller tell of imports and of what it asked the API server', async () => {
    const written = await waitFor('the span of a written status', () =>
      receiver.named('PUT').find(({ service }) => service === 'imagestreams-controller'),
    );
    expect(written).toMatchObject({ kind: 3, parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    const [around] = receiver.spans.filter(({ spanId }) => spanId === written.parentSpanId);
    expect(around?.name).toBe('reconcile stream');
    const imported = await waitFor('the span of an import', () => receiver.named('import')[0]);
    expect(imported.attributes).toMatchObject({ 'imagestreams.tag': expect.any(String) });
  });
});

describe('while no webhook is there', () => {
  beforeAll(async () => {
    await chart.kubectl(['scale', 'deployment', 'imagestreams-webhook', '--replicas=0']);
    const all = ['pod', '-l', 'app.kubernetes.io/component=webhook', '--timeout=60s'];
    await chart.kubectl(['wait', '--for=delete', ...all]);
  });

  it.each([
    ['scaling', ['scale', 'deployment/web', '--replicas=2']],
    ['a label of a workload', ['label', 'deployment/web', 'a=b']],
    ['a label of pods', ['label', 'pods', '--all', 'a=b']],
    ['a label of a stream', ['label', 'imagestream', 'keycloak', 'a=b']],
    ['an image with its full name', ['create', 'deployment', 'full', '--image=quay.io/example/app:1']],
    ['another full name', ['set', 'image', 'deployment/full', 'app=quay.io/example/app:2']],
    ['a ConfigMap', ['create', 'configmap', 'any']],
    ['deleting what was resolved', ['delete', 'deployment', 'old']],
    ['deleting pods', ['delete', 'pods', '-l', 'app=web', '--wait=false']],
  ])('%s works', async (_, args) => {
    await project.kubectl(args);
  });

  it('the pods of what was resolved are made', async () => {
    await project.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  });

  it('a stream is deleted, and a namespace with all that is in it', async () => {
    const args = ['delete', 'imagestream', 'keycloak', '-n', left.namespace];
    await cluster.kubectl(args);
    await cluster.kubectl(['delete', 'namespace', left.namespace, '--timeout=60s']);
  });

  it.each<readonly [string, readonly string[], string, ...(readonly object[])]>([
    ['a pod that names a stream', ['run', 'short', '--image=keycloak:20'], 'pods.names'],
    ['a template that does', ['create', 'deployment', 'short', '--image=keycloak:20'], 'templates.names'],
    // its template says where its image came from, which nobody else may write
    ['a new template of what was resolved', ['rollout', 'restart', 'deployment/web'], 'templates.names'],
    [
      'another field of its spec',
      ['patch', 'deployment/web', '-p', '{"spec":{"minReadySeconds":1}}'],
      'templates.names',
    ],
    [
      'a stream',
      ['patch', 'imagestream', 'keycloak', '--type=merge', '-p', '{"spec":{"tags":[]}}'],
      'imagestreams.streams',
    ],
    ['a new stream', ['create', '-f', '-'], 'imagestreams.streams', stream('spare')],
    ['a trigger', ['create', '-f', '-'], 'templates.names', triggered('followed')],
  ])('%s is refused, and told why', async (_, args, webhook, ...objects) => {
    const { code, stderr } = await project.refused(args, ...objects);
    expect(code).toBe(1);
    expect(stderr).toContain(`failed calling webhook "${webhook}.imagestreams.io": failed to call webhook`);
    expect(stderr).toContain('https://imagestreams-webhook.imagestreams.svc:443/');
  });

  it('`helm test` fails, and says why', async () => {
    const { code, stdout } = await chart.test();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^imagestreams: no webhook answered when an image stream was made; are its pods /m,
    );
    const { stdout: namespaces } = await cluster.kubectl(['get', 'namespaces', '-o', 'name']);
    expect(namespaces).not.toContain('imagestreams-check');
  });

  it('its own namespace is not held up', async () => {
    await chart.kubectl(['run', 'short', '--image=keycloak:20']);
    await chart.kubectl(['delete', 'pod', 'short', '--wait=false']);
  });

  it('it works again when it is back', async () => {
    await chart.kubectl(['scale', 'deployment', 'imagestreams-webhook', '--replicas=2']);
    await chart.ready('webhook', 2);
    const stdout = expect.stringContaining(`ok: "${repository}:20.0.3" is imported\n`);
    expect(await chart.test()).toMatchObject({ code: 0, stdout });
    await waitFor('a resolved name', () =>
      project.kubectl(['create', '-f', '-'], pod('short', 'keycloak:20')),
    );
  });
});

describe('a cluster that was switched off', () => {
  it('comes back by itself, the API server first and alone', async () => {
    await nodes.stop('SIGKILL');
    await own.stopApiServer();
    await own.startApiServer();
    const { stderr } = await project.refused(['create', '-f', '-'], pod('early', 'keycloak:20'));
    expect(stderr).toContain('failed calling webhook');
    nodes = await startChartNodes(cluster, 'nodes-again');
    await chart.ready('webhook', 2);
    await chart.ready('controller', 2);
    await waitFor('a resolved name', () =>
      project.kubectl(['create', '-f', '-'], pod('early', 'keycloak:20')),
    );
    await chart.leader();
  });
});

describe('the service accounts', () => {
  it('were never denied anything', () => expect(own.denied()).toEqual([]));
});
