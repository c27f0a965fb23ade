import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { defaultSettings, webhookConfigurations } from '../../src/admission/index.ts';
import { enforcementObjects, noExceptions } from '../../src/enforcement/index.ts';
import { imagePolicy } from '../../src/policy/index.ts';
import { TestCluster } from './index.ts';
import { installWebhook, tableOf } from './install.ts';
import { Project } from './project.ts';
import { example, installDefinition, removeDefinition, workloadKinds } from './rollouts.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(async () => {
  await removeDefinition(cluster);
  await cluster.close();
});

describe('the registration of configured kinds', () => {
  it('is taken by the API server wherever their templates are', async () => {
    const paths = [
      'template',
      'spec',
      'spec.runner.podTemplate',
      'spec.jobTemplate.spec.template',
      'a.b.c.d.e.f.g.hI2',
    ];
    const kinds = paths.map((templatePath, index) => ({
      ...{ group: `g${index}.example.com`, versions: ['v1'], resource: 'runners', kind: 'Runner' },
      templatePath,
    }));
    const targets = kinds.slice(1).map(({ group, resource }) => ({ group, resource }));
    const policies = [
      {},
      { executionRules: [{ name: 'all', onResources: targets }] },
      { resolutionRules: targets.map((targetResource) => ({ targetResource })) },
    ];
    const workloads = tableOf({ kinds });
    for (const [index, fields] of policies.entries()) {
      const header = { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' };
      const loaded = imagePolicy({ ...header, ...fields }, { workloads });
      if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('; '));
      const settings = { ...defaultSettings, policy: loaded.policy };
      const address = { url: 'https://127.0.0.1:1' };
      const name = `paths-${index}`;
      const { controllerIdentities } = settings;
      const items = [
        ...webhookConfigurations({ name, address, settings }),
        ...enforcementObjects({
          ...{ name, kinds: workloads.kinds, unlabelled: 'none', exceptions: noExceptions },
          controllerIdentities,
        }),
      ];
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      const { stdout } = await cluster.kubectl(
        ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
        { input },
      );
      expect(stdout.match(/serverside-applied \(server dry run\)/g)).toHaveLength(items.length);
    }
  });
});

describe('a policy that names a configured kind', () => {
  beforeAll(() => installDefinition(cluster));

  it('refuses its images', async () => {
    const onResources = [{ group: 'argoproj.io', resource: 'rollouts' }];
    const rule = { name: 'no-mirror', reject: true, matchRegistries: ['mirror.example.com'], onResources };
    const policy = {
      ...{ apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' },
      executionRules: [rule],
    };
    const strict = await installWebhook(cluster, { name: 'kinds-policy', policy, workloadKinds });
    const where = await Project.create(cluster, { labels: strict.namespaceLabels });
    const [object] = example('rollout.yaml');
    const mirrored = JSON.parse(
      JSON.stringify(object).replace('"image":"keycloak:20"', '"image":"mirror.example.com/keycloak:20"'),
    ) as { metadata: { annotations?: object } };
    delete mirrored.metadata.annotations;
    const { stderr } = await where.refused(['create', '-f', '-'], mirrored);
    expect(stderr).toContain('this image is prohibited by policy: execution rule "no-mirror" rejects it');
    await where.close();
  });
});
