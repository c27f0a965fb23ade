import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { issueAuthority } from '../../src/tls/index.ts';
import { issueClient, writePair } from '../cluster/credentials.ts';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { importedProject, pushVersions } from './project.ts';

jest.setTimeout(300_000);

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'security.md'), 'utf8');
const documented = '/etc/kubernetes/admission';
const name = 'kube-apiserver-admission';

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let project: Project;
let authority = '';

/** The files that the page tells of, but for their directory; and the argument of the API server that it names. */
async function asDocumented(directory: string): Promise<readonly string[]> {
  const pair = await issueAuthority({ commonName: 'admission-clients', notBefore: new Date(), days: 1 });
  authority = pair.certificate;
  const client = await issueClient(writePair(directory, 'admission-authority', pair), { user: name });
  writePair(directory, 'client', client);
  const files = [...page.matchAll(/```yaml\n# \/etc\/kubernetes\/admission\/(\S+)\n(.*?)```/gs)];
  for (const [, file = '', text = ''] of files) {
    writeFileSync(join(directory, file), text.replaceAll(documented, directory));
  }
  const [argument = ''] = /--admission-control-config-file=[^`]*/.exec(page) ?? [];
  return [argument.replace(documented, directory)];
}

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-clients', audited: release, apiServerArgs: asDocumented });
  cluster = own.cluster;
  await startChartNodes(cluster);
  await pushVersions(cluster, '20.0.2');
  await cluster.kubectl(['create', 'namespace', release]);
  const literal = `--from-literal=ca.crt=${authority}`;
  await cluster.kubectl(['create', 'configmap', 'admission-clients', '-n', release, literal]);
  chart = await InstalledChart.install(cluster, heldTo(name));
  project = await importedProject(cluster, '20.0.2');
});
afterAll(async () => {
  project?.disconnect();
  await own?.close();
});

const heldTo = (...names: readonly string[]) => ({
  webhook: { clientAuthority: { configMapName: 'admission-clients', names } },
});
const create = () => project.refused(['run', 'web', '--image=keycloak:20', '--dry-run=server', '-o', 'yaml']);

/** What the webhook's log says in one of its pods. */
async function logged(words: string): Promise<string> {
  return await waitFor(`the log to say ${words}`, async () => {
    const pods = await chart.pods('webhook');
    const logs = await Promise.all(pods.map((pod) => chart.kubectl(['logs', pod.name])));
    return logs.flatMap(({ stdout }) => stdout.split('\n')).find((line) => line.includes(words));
  });
}

/** The error of somebody's request to a pod, or `answered`. */
async function asked(pair: { readonly cert?: string; readonly key?: string } = {}): Promise<string> {
  const [{ address = '' } = {}] = await chart.pods('webhook');
  const to = { host: address, port: 8443, path: '/mutate', method: 'POST', rejectUnauthorized: false };
  return await new Promise((resolve) => {
    request({ ...to, ...pair, agent: false }, (response) => {
      response.resume();
      resolve('answered');
    })
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end('{}');
  });
}

describe('a webhook that is held to the API server', () => {
  it('answers the reviews of one that shows the documented certificate', async () => {
    expect(await create()).toMatchObject({ code: 0, stdout: expect.stringContaining('@sha256:') });
  });

  it('turns everybody else away in the handshake, and says so', async () => {
    expect(await asked()).toMatch(/CERTIFICATE|ECONNRESET/);
    expect(await logged('A client was turned away')).toContain('turned away: it showed no certificate.');
    const stranger = await issueAuthority({ commonName: 'stranger', notBefore: new Date(), days: 1 });
    const pair = await issueClient(writePair(cluster.directory, 'stranger', stranger), { user: name });
    expect(await asked({ cert: pair.certificate, key: pair.key })).toMatch(/CERTIFICATE|ECONNRESET/);
    await logged('its certificate cannot be verified by the authorities that are trusted here');
  });

  it('tells health and metrics to whoever asks', async () => {
    const [pod] = await chart.ready('webhook', 2);
    expect(await chart.metrics(pod as NonNullable<typeof pod>)).toContain(
      'imagestreams_admission_reviews_total',
    );
  });

  it('says by which name it turns away an API server that may not ask', async () => {
    await chart.upgrade(heldTo('somebody-else'));
    // pods of before go on answering until they have drained
    const { stderr } = await waitFor('a refusal', create, { until: ({ code }) => code !== 0 });
    expect(stderr).toContain('failed calling webhook "pods.names.imagestreams.io": failed to call webhook');
    await logged(
      'A client was turned away: its certificate is for \\"kube-apiserver-admission\\", and only \\"somebody-else\\" may ask.',
    );
  });
});

describe('the service accounts', () => {
  it('were never denied anything', () => expect(own.denied()).toEqual([]));
});
