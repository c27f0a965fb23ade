import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import { Project } from '../cluster/project.ts';
import { installDefinition, workloadKinds } from '../cluster/rollouts.ts';
import { userStream } from '../cluster/stream-manifests.ts';
import { declaredRules, placeholder, ruleText } from './declared-rules.ts';
import { type Grant, grantsOf, grantText, spareGrants } from './grants.ts';
import { chartValues, InstalledChart, release, startChartNodes, withValues } from './installed-chart.ts';
import { pushVersions } from './project.ts';
import { rendered } from './rendered.ts';
import { type TakenGrant, withoutGrant } from './taken-grant.ts';
import { refusal, Workout } from './workout.ts';

jest.setTimeout(300_000);

const policy = {
  executionRules: [
    {
      name: 'never',
      onResources: [{ resource: 'pods' }],
      matchRegistries: ['evil.example.com'],
      reject: true,
    },
  ],
};

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let project: Project;
let workout: Workout;
let grants: readonly Grant[] = [];

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-permissions', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  await pushVersions(cluster, '20.0.2', '20.0.3');
  await installDefinition(cluster);
  await cluster.kubectl(['create', '-f', '-'], { input: JSON.stringify(refusal) });
  project = await Project.create(cluster);
  const values = everything();
  chart = await InstalledChart.install(cluster, values);
  grants = grantsOf(await rendered(cluster, withValues(chartValues(cluster), values)));
  workout = await Workout.begin(own, chart, project);
});
afterAll(async () => {
  workout?.close();
  project?.disconnect();
  await own?.close();
});

/** Values with all that brings rights. Where pull secrets of all namespaces may be listed, that covers those of certificates. */
function everything() {
  const { kinds } = workloadKinds as { readonly kinds: readonly { readonly kind: string }[] };
  return {
    policy,
    preview: { enabled: true },
    workloadKinds: kinds.filter(({ kind }) => kind === 'Rollout'),
    controller: { pullSecrets: { from: 'namespaces', namespaces: [project.namespace] } },
  };
}

describe('the rights of the service accounts', () => {
  it('name what they are for, without a wildcard', () => {
    expect(JSON.stringify(grants)).not.toContain('*');
  });

  it('are here all that the chart may give', () => {
    const tested = grants.map((grant) => ruleText(grant.account.replace(/.*-/, ''), grant));
    const declared = [...declaredRules()].filter((rule) => !rule.includes(placeholder));
    expect(declared.length).toBeGreaterThan(50);
    // who gives an account more has `everything` turn that on, and the workout use it
    expect(declared.filter((rule) => !tested.includes(rule))).toEqual([]);
  });

  it('are all needed: without any of them something would be denied', async () => {
    await workout.streams();
    await workout.followers();
    await workout.moves();
    await workout.preview();
    const header = { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' };
    await workout.policy(stringify({ ...header, ...policy }));
    await workout.certificates();
    expect((await chart.test()).code).toBe(0);
    const spare = () => spareGrants(grants, own.requests()).map(grantText);
    await waitFor('each right to be used', spare, {
      timeoutMs: 60_000,
      until: (left) => left.length === 0,
    });
  });

  it('are enough', () => expect(own.denied()).toEqual([]));
});

/** What goes wrong without a right, and who reads what then. */
const taken: readonly (readonly [string, () => TakenGrant, () => Promise<string>, string])[] = [
  [
    'an import',
    () => ({
      role: `Role/${project.namespace}/imagestreams-controller-pull-secrets`,
      verb: 'list',
      resource: 'secrets',
    }),
    async () => {
      await project.requestImport('keycloak', '20.0.2');
      return (await project.failed('keycloak', '20.0.2')).message ?? '';
    },
    'cannot be listed (Forbidden); an administrator has to see to it',
  ],
  [
    'a rollout',
    () => ({ role: 'ClusterRole/imagestreams-controller', verb: 'patch', resource: 'deployments' }),
    async () => {
      await project.patchTag('keycloak', '20', '/from/name', '20.0.2');
      return await events('involvedObject.name=deployment,reason=TriggerFailed');
    },
    'imagestreams-controller" cannot patch resource "deployments"',
  ],
  [
    'a tag of another namespace',
    () => ({ role: 'ClusterRole/imagestreams-webhook', verb: 'create', resource: 'subjectaccessreviews' }),
    () => {
      const stream = userStream('curious', { '1': { alias: 'other:1', namespace: 'default' } });
      return said(['create', '--dry-run=server', '-f', '-'], stream);
    },
    'could not be asked whether user "admin" may pull from image stream "other" in namespace "default"',
  ],
  [
    'a name that is not known',
    () => ({ role: 'ClusterRole/imagestreams-webhook', verb: 'get', resource: 'imagestreams' }),
    () => said(['run', 'new', '--image=new:1', '--dry-run=server']),
    `the API server could not be asked for image stream "new" in namespace`,
  ],
  [
    'a caBundle',
    () => ({
      role: 'ClusterRole/imagestreams-controller',
      verb: 'update',
      resource: 'mutatingwebhookconfigurations',
      name: release,
    }),
    async () => {
      const patch = '[{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": ""}]';
      await cluster.kubectl(['patch', 'mutatingwebhookconfiguration', release, '--type=json', '-p', patch]);
      const { name } = await chart.leader();
      return (await chart.kubectl(['logs', name])).stdout;
    },
    "The webhook's certificates cannot be kept in order: The API server answered PUT",
  ],
];

async function said(args: readonly string[], ...objects: readonly object[]): Promise<string> {
  return (await project.refused(args, ...objects)).stderr;
}

async function events(selector: string): Promise<string> {
  const path = 'jsonpath={.items[*].message}';
  return (await project.kubectl(['get', 'events', `--field-selector=${selector}`, '-o', path])).stdout;
}

describe('without one right', () => {
  it.each(taken)('%s fails, and says why', async (_, grant, work, words) => {
    const { role, verb, resource } = grant();
    const component = role.includes('-webhook') ? 'webhook' : 'controller';
    const account = `system:serviceaccount:${release}:imagestreams-${component}`;
    const before = own.denied().length;
    await withoutGrant(cluster, account, grant(), async () => {
      await waitFor(`words without ${verb} ${resource}`, work, { until: (text) => text.includes(words) });
    });
    const denied = own.denied().slice(before);
    expect(denied.filter((each) => each.verb === verb && each.uri.includes(`/${resource}`))).not.toEqual([]);
  });
});
