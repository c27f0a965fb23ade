import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, imageStream } from '../cluster/image-streams.ts';
import type { TestCluster } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { type Rendered, rendered } from './rendered.ts';

jest.setTimeout(300_000);

let own: OwnCluster;
let cluster: TestCluster;

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-openshift', audited: release });
  cluster = own.cluster;
});
afterAll(() => own?.close());

const streams = 'image.openshift.io/v1';
const projects = 'project.openshift.io/v1';

/** What is there in one place, and is not in the other. */
const onlyOnKubernetes = [
  'CustomResourceDefinition/imagestreams.image.openshift.io',
  'ValidatingAdmissionPolicy/imagestreams-v1stored',
  'ValidatingAdmissionPolicyBinding/imagestreams-v1stored',
];

const nameOf = ({ kind, metadata }: Rendered) => `${kind}/${(metadata as { readonly name: string }).name}`;

function named(objects: readonly Rendered[], name: string): string {
  const found = objects.filter((object) => nameOf(object) === name);
  expect([name, found.length]).not.toEqual([name, 0]);
  return JSON.stringify(found);
}

describe('the platform', () => {
  it.each([
    ['auto', [], false],
    // after the first installation the group is the chart's own
    ['auto', [streams], false],
    ['auto', [projects], false],
    ['auto', [streams, projects], true],
    ['kubernetes', [streams, projects], false],
    ['openshift', [], true],
  ])('%s, where %j are served: OpenShift is %s', async (platform, served, expected) => {
    const names = (await rendered(cluster, { platform }, served)).map(nameOf);
    expect(onlyOnKubernetes.filter((name) => names.includes(name))).toEqual(expected ? [] : onlyOnKubernetes);
  });
});

describe('on OpenShift', () => {
  const both = async (values: object = {}) =>
    await Promise.all([rendered(cluster, values), rendered(cluster, values, [streams, projects])]);

  it('is installed what it has not, and nothing else', async () => {
    const [here, there] = await both();
    expect(here.map(nameOf).filter((name) => !there.some((each) => nameOf(each) === name))).toEqual(
      onlyOnKubernetes,
    );
    expect(there.map(nameOf).filter((name) => !here.some((each) => nameOf(each) === name))).toEqual([]);
  });

  it('no stream is reviewed, written or imported, and no workload rolled out', async () => {
    const [here, there] = await both();
    for (const kind of ['Mutating', 'Validating']) {
      const name = `${kind}WebhookConfiguration/${release}`;
      expect(named(here, name)).toContain('streams.imagestreams.io');
      expect(named(there, name)).not.toContain('streams.imagestreams.io');
      expect(named(there, name)).toContain(
        kind === 'Mutating' ? 'names.imagestreams.io' : 'triggers.imagestreams.io',
      );
    }
    const controller = named(there, `Deployment/${release}-controller`);
    expect(controller).toContain('"--no-image-streams"');
    const rights =
      named(there, `ClusterRole/${release}-controller`) + named(there, `Role/${release}-controller`);
    for (const resource of [
      'image.openshift.io',
      'deployments',
      'pods',
      'subjectaccessreviews',
      'controllerrevisions',
    ]) {
      expect(rights).not.toContain(resource);
    }
    expect(JSON.stringify(there)).not.toContain('v1stored');
  });

  it('there is no controller where others keep the certificates, too', async () => {
    const [here, there] = await both({ certificates: { issuer: 'certManager' } });
    const controllers = (objects: readonly Rendered[]) =>
      objects.map(nameOf).filter((name) => name.endsWith(`/${release}-controller`));
    expect(controllers(here).length).toBeGreaterThan(5);
    expect(controllers(there)).toEqual([]);
  });
});

describe('an installation where somebody else keeps the streams', () => {
  const image = `quay.io/keycloak/keycloak@${digest(1)}`;

  it('is ready, resolves names, and asks for nothing that it may not', async () => {
    await startChartNodes(cluster);
    const [definition] = (await rendered(cluster, {})).filter(
      ({ kind }) => kind === 'CustomResourceDefinition',
    );
    await cluster.kubectl(['create', '-f', '-'], { input: JSON.stringify(definition) });
    const established = ['wait', '--for=condition=Established', 'crd/imagestreams.image.openshift.io'];
    await cluster.kubectl([...established, '--timeout=30s']);
    await InstalledChart.install(cluster, { platform: 'openshift' });
    const namespace = await cluster.namespace();
    const stream = JSON.stringify(imageStream('keycloak', { '20': image }));
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input: stream });
    await cluster.kubectl(['create', 'deployment', 'web', '--image=keycloak:20', '-n', namespace]);
    const path = 'jsonpath={.spec.template.spec.containers[0].image}';
    const { stdout } = await cluster.kubectl(['get', 'deployment', 'web', '-n', namespace, '-o', path]);
    expect(stdout).toBe(image);
    const events = [
      'get',
      'events',
      '-n',
      release,
      '--field-selector=reason=CertificateIssued',
      '-o',
      'name',
    ];
    expect((await cluster.kubectl(events)).stdout).not.toBe('');
    expect(own.denied()).toEqual([]);
  });
});
