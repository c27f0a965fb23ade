import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ImageWriter } from '../cluster/image-writer.ts';
import type { TestCluster } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import { Project } from '../cluster/project.ts';
import { startExtraRegistry } from '../cluster/registry.ts';
import { basicAuthorization, puller, pullSecret } from '../cluster/registry-users.ts';
import { userStream } from '../cluster/stream-manifests.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';

jest.setTimeout(300_000);

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let named: Project;
let other: Project;
let from = '';
let image = '';
let writer: ImageWriter;

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-pull-secrets', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  const registry = await startExtraRegistry(cluster, { name: 'private', access: { kind: 'Basic' } });
  writer = new ImageWriter(registry, { authorization: () => basicAuthorization(puller) });
  image = await writer.push('team/app', '1', 'app');
  from = `${registry.host}/team/app:1`;
  [named, other] = [await Project.create(cluster), await Project.create(cluster)];
  for (const project of [named, other]) await project.apply(pullSecret('registry', registry.host, puller));
  chart = await InstalledChart.install(cluster, pullSecrets('namespaces', [named.namespace]));
});
afterAll(async () => {
  await writer?.close();
  named?.disconnect();
  other?.disconnect();
  await own?.close();
});

function pullSecrets(whose: 'all' | 'namespaces' | 'none', namespaces: readonly string[] = []) {
  return { controller: { pullSecrets: { from: whose, namespaces } } };
}

/** Requests for Secrets, each as verb and namespace, but for those of the webhook's certificate, which are asked for by name. */
function asked(): readonly string[] {
  const requests = own.requests().filter(({ about }) => about?.resource === 'secrets' && about.name === '');
  // made where the certificates are
  const read = requests.filter(({ verb }) => verb !== 'create');
  return read.map(({ verb, about }) => `${verb} ${about?.namespace}`);
}

/** What a person reads who does not know how the cluster was installed. */
const refusalIn = ({ namespace }: Project) =>
  `you may not have access to the container image "${from}"; the pull secrets of namespace "${namespace}" are not read here: an administrator adds the namespace to the controller's --pull-secrets-namespace or --credentials-namespace (in the chart controller.pullSecrets.namespaces or controller.credentials.namespaces)`;

async function refused(project: Project, stream: string): Promise<void> {
  await project.apply(userStream(stream, { '1': from }));
  const { message } = await project.failed(stream, '1', 'Unauthorized');
  expect(message).toBe(refusalIn(project));
  expect((await project.event(stream, 'ImportFailed')).note).toContain(refusalIn(project));
}

/** What the controllers that run now have said that is not information. */
async function complaints(): Promise<readonly string[]> {
  const pods = await chart.pods('controller');
  const logs = await Promise.all(pods.map(({ name }) => chart.kubectl(['logs', name])));
  const lines = logs.flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(lines.join()).toContain('stands for election');
  return lines.filter((line) => !/"level":"?(info|debug|30|20)/.test(line));
}

// each goes on where the one before it ended
describe('pull secrets of some namespaces', () => {
  it('are used there', async () => {
    await named.apply(userStream('app', { '1': from }));
    await named.imported('app', '1', image);
  });

  it('are not looked at elsewhere, and whoever needs them reads why', async () => {
    await refused(other, 'app');
    expect(new Set(asked())).toEqual(new Set([`list ${named.namespace}`]));
    expect(await complaints()).toEqual([]);
  });
});

describe('pull secrets of no namespace', () => {
  it('are never asked for', async () => {
    await chart.upgrade(pullSecrets('none'));
    const before = asked();
    await refused(named, 'second');
    expect(asked()).toEqual(before);
    expect(await complaints()).toEqual([]);
  });
});

describe('pull secrets of all namespaces', () => {
  it('are used wherever somebody asks again', async () => {
    await chart.upgrade(pullSecrets('all'));
    await other.requestImport('app', '1');
    await other.imported('app', '1', image);
  });
});

describe('the service accounts', () => {
  it('were never denied anything', () => expect(own.denied()).toEqual([]));
});
