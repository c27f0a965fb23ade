import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import {
  defaultSettings,
  policyConfigMapPermissions,
  webhookPermissions,
} from '../../src/admission/index.ts';
import { digest } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const header = { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' };
const broad = { ...header, resolveImages: 'Required' };
const quayOnly = {
  ...broad,
  executionRules: [{ name: 'quay', onResources: [{ resource: 'pods' }], matchRegistries: ['quay.io'] }],
};
let home = '';
let namespace = '';
let webhook: InstalledWebhook;

beforeAll(async () => {
  home = await cluster.namespace();
  await write(stringify(broad));
  const name = 'reloading';
  const user = `system:serviceaccount:imagestreams:${name}-webhook`;
  await cluster.grant({ user, namespace: home, rules: policyConfigMapPermissions('policy') });
  const following = { policyFollows: true, webhookConfiguration: name };
  await cluster.grant({ user, rules: webhookPermissions(defaultSettings, following) });
  webhook = await installWebhook(cluster, {
    name,
    registeredFor: broad,
    args: ['--policy-config-map', `${home}/policy`, '--webhook-configuration', name],
  });
  namespace = await cluster.namespace(webhook.namespaceLabels);
});
afterAll(() => cluster.close());

async function write(policy: string): Promise<void> {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'policy' },
    data: { 'policy.yaml': policy },
  };
  await cluster.kubectl(['apply', '-n', home, '-f', '-'], { input: JSON.stringify(object) });
}

async function create(image: string): Promise<string> {
  const args = ['create', '--dry-run=server', '-n', namespace, '-f', '-'];
  const input = JSON.stringify(workloads['Pod']?.('web', { image }));
  const { stdout, stderr } = await cluster.kubectl(args, { input, allowFailure: true });
  return stdout + stderr;
}

async function events(): Promise<readonly string[]> {
  const path = '{range .items[*]}{.reason}: {.message}{"\\n"}{end}';
  const { stdout } = await cluster.kubectl(['get', 'events', '-n', home, '-o', `jsonpath=${path}`]);
  return stdout.split('\n');
}

const log = () => webhook.process.log();

async function metric(name: string): Promise<string | undefined> {
  const text = await (await fetch(`${webhook.telemetry}/metrics`)).text();
  return text.match(new RegExp(`^imagestreams_${name} (.*)$`, 'm'))?.[1];
}

describe('a policy in a ConfigMap', () => {
  it('holds from the start', async () => {
    expect(await create('quay.io/example/app:1')).toContain('it is not an exact image reference');
    expect(await create(`docker.io/library/app@${digest(1)}`)).toContain('pod/web created');
  });

  it('counts when it was changed, without a restart, rules and all', async () => {
    await write(stringify(quayOnly));
    await waitFor('the rule to count', async () =>
      (await create(`docker.io/library/app@${digest(1)}`)).includes('no execution rule ("quay") allows it'),
    );
    expect(await create(`quay.io/example/app@${digest(1)}`)).toContain('pod/web created');
    await waitFor('an Event', async () =>
      (await events()).includes(`PolicyLoaded: ConfigMap ${home}/policy is the policy now`),
    );
  });

  it.each([
    ['no YAML', 'a: [', /cannot be read: /],
    ['a wrong value', stringify({ ...header, resolveImages: 'Requird' }), /resolveImages.*"Requird"/],
  ])('that has %s is refused with an Event, and the last good one stays', async (_, text, said) => {
    await write(text);
    await waitFor('an Event', async () =>
      (await events()).some((event) => event.startsWith('PolicyRefused: ConfigMap') && said.test(event)),
    );
    expect((await events()).join('\n')).toContain('The last good policy stays in use.');
    expect(await create(`docker.io/library/app@${digest(1)}`)).toContain('no execution rule ("quay")');
    expect(await metric('policy_refused')).toBe('1');
  });

  it('that was deleted leaves the last good one in use', async () => {
    await cluster.kubectl(['delete', 'configmap', 'policy', '-n', home]);
    await waitFor('the log to say so', async () => log().includes(`${home}/policy does not exist`));
    expect(await create(`docker.io/library/app@${digest(1)}`)).toContain('no execution rule ("quay")');
    await write(stringify(broad));
    await waitFor('the new one to count', async () =>
      (await create(`docker.io/library/app@${digest(1)}`)).includes('pod/web created'),
    );
    expect(await metric('policy_refused')).toBe('0');
  });
});

describe('a registration that is narrower than the policy', () => {
  it('is told of loudly, until it fits', async () => {
    await waitFor(
      'the registration to fit',
      async () => (await metric('registration_missing_entries')) === '0',
    );
    const { stdout } = await cluster.kubectl([
      ...['get', 'mutatingwebhookconfiguration', 'reloading', '-o', 'jsonpath={.webhooks[*].name}'],
    ]);
    const index = stdout.split(' ').indexOf('pods-by-policy.names.imagestreams.io');
    const patch = JSON.stringify([{ op: 'remove', path: `/webhooks/${index}` }]);
    await cluster.kubectl(['patch', 'mutatingwebhookconfiguration', 'reloading', '--type=json', '-p', patch]);
    await write(stringify({ ...broad, resolveImages: 'RequiredRewrite' }));
    await waitFor(
      'the webhook to notice',
      async () => (await metric('registration_missing_entries')) === '1',
    );
    expect(log()).toContain(
      'the webhook configurations reloading do not fit the policy: pods-by-policy.names.imagestreams.io should be there',
    );
  });
});
