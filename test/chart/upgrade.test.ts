import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import type { TestCluster } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { InstalledChart, release, chart as source, startChartNodes } from './installed-chart.ts';
import { creationsIn, loadDuring, undisturbed } from './load-during.ts';
import { previousChart, previousName } from './previous-chart.ts';
import { importedProject, pushVersions, repository } from './project.ts';

jest.setTimeout(300_000);

const { version } = parse(readFileSync(join(source, 'Chart.yaml'), 'utf8')) as { readonly version: string };

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let project: Project;
let digest = '';

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-upgrade', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  [digest = ''] = await pushVersions(cluster, '20.0.2');
  chart = await InstalledChart.install(cluster, { logLevel: 'debug' }, [previousChart]);
  project = await importedProject(cluster, '20.0.2');
  await project.kubectl(['create', 'deployment', 'web', '--image=keycloak:20']);
});
afterAll(async () => {
  project?.disconnect();
  await own?.close();
});

const load = () => creationsIn(cluster, project);

/** The chart that made the webhook, and the webhook's options. */
async function installed(): Promise<{ readonly chart: string; readonly args: readonly string[] }> {
  const { stdout } = await chart.kubectl(['get', 'deployment', 'imagestreams-webhook', '-o', 'json']);
  const { metadata, spec } = JSON.parse(stdout);
  return { chart: metadata.labels['helm.sh/chart'], args: spec.template.spec.containers[0].args };
}

/** What a workload became that was there all the time. */
async function workload(): Promise<string> {
  const path = 'jsonpath={.metadata.generation} {.spec.template.spec.containers[0].image}';
  return (await project.kubectl(['get', 'deployment', 'web', '-o', path])).stdout;
}

// each goes on where the one before it ended
describe('an installation of the version before', () => {
  it('works', async () => {
    expect((await installed()).chart).toBe(previousName);
    expect(previousName).not.toBe(`imagestreams-${version}`);
    expect(await workload()).toBe(`1 ${repository}@${digest}`);
  });

  it('is upgraded under load without a failed or unresolved review', async () => {
    const result = await loadDuring(load(), () => chart.upgrade({ provenance: false }));
    expect(result).toMatchObject(undisturbed);
    expect(await installed()).toEqual({
      chart: `imagestreams-${version}`,
      args: expect.arrayContaining(['--log-level=debug', '--no-provenance']),
    });
  });

  it('is rolled back under load in the same way', async () => {
    const result = await loadDuring(load(), () => chart.rollback());
    expect(result).toMatchObject(undisturbed);
    const { args, ...made } = await installed();
    expect(made).toEqual({ chart: previousName });
    expect(args).not.toContain('--no-provenance');
  });

  it('has its workloads and streams as they were', async () => {
    expect(await workload()).toBe(`1 ${repository}@${digest}`);
    await project.kubectl(['create', 'deployment', 'later', '--image=keycloak:20']);
  });
});
