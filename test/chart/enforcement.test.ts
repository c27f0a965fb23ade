import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { breakGlassAnnotation, enforceLabel } from '../../src/enforcement/index.ts';
import { type AnnotatedRequest, annotatedRequests } from '../cluster/audit-annotations.ts';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { workloads } from '../cluster/workloads.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { importedProject, pushVersions, repository } from './project.ts';

jest.setTimeout(300_000);

const tagged = 'quay.io/example/app:1';
const mend =
  'write it by digest (NAME@sha256:…), or name a tag of an image stream that has local lookup (NAME:TAG)';

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let shop: Project;
let digest = '';

beforeAll(async () => {
  own = await OwnCluster.start({
    name: 'chart-enforcement',
    audited: release,
    auditedGroups: ['developers', 'system:serviceaccounts:kube-system'],
  });
  cluster = own.cluster;
  await startChartNodes(cluster);
  [digest = ''] = await pushVersions(cluster, '20.0.2');
  const exceptions = {
    imagePrefixes: ['mirror.example/base/'],
    users: ['system:serviceaccount:ci:runner', 'robot-*'],
  };
  chart = await InstalledChart.install(cluster, { enforcement: { enabled: true, exceptions } });
  shop = await importedProject(cluster, '20.0.2');
});
afterAll(async () => {
  shop?.disconnect();
  await own?.close();
});

/** What a person prints who labels the shop and then waits until that counts. */
async function labelled(value: string): Promise<string> {
  const label = `${enforceLabel}=${value}`;
  await cluster.kubectl(['label', 'namespace', shop.namespace, label, '--overwrite']);
  const probe = ['create', 'deployment', 'probe', `--image=${tagged}`, '--dry-run=server'];
  const counts = async () => (await shop.refused(probe)).stderr;
  return await waitFor(`the label ${value} to count`, counts, {
    until: (stderr) => (value === 'none' || value === 'audit' ? stderr === '' : stderr.includes(label)),
  });
}

const sentence = (name: string, image: string, value: string) =>
  `Deployment "${name}": container "app" has the image "${image}", without digest, and namespace "${shop.namespace}" has the label imagestreams.io/enforce=${value}; ${mend}`;

/** The newest request about an object of which that is the beginning. */
const recorded = (object: string): Promise<AnnotatedRequest> =>
  waitFor(`${object} in the audit log`, async () =>
    annotatedRequests(cluster.directory, shop.namespace).findLast((request) =>
      request.object.startsWith(object),
    ),
  );

// each goes on where the one before it ended
describe('a person who labels a namespace', () => {
  it('warn: is told of each image without digest, and gets what was asked for', async () => {
    expect(await labelled('warn')).toBe(
      `Warning: Validation failed for ValidatingAdmissionPolicy 'imagestreams-enforce-templates' with binding 'imagestreams-enforce-templates-warn': ${sentence('probe', tagged, 'warn')}\n`,
    );
    expect((await shop.kubectl(['create', 'deployment', 'by-name', '--image=keycloak:20'])).stderr).toBe('');
  });

  it('audit: hears nothing, and the audit log has it', async () => {
    expect(await labelled('audit')).toBe('');
    await shop.kubectl(['create', 'deployment', 'app', `--image=${tagged}`]);
    const { user, code, annotations } = await recorded('deployments/app');
    expect([user, code]).toEqual(['ada', 201]);
    expect(Object.keys(annotations)).toEqual(['validation.policy.admission.k8s.io/validation_failure']);
    const [failure] = JSON.parse(Object.values(annotations)[0] ?? '') as readonly object[];
    expect(failure).toMatchObject({
      ...{ policy: 'imagestreams-enforce-templates', binding: 'imagestreams-enforce-templates-audit' },
      ...{ validationActions: ['Audit'], message: sentence('app', tagged, 'audit') },
    });
  });

  it('deny: is refused, and told which container, why, and what to write', async () => {
    expect(await labelled('deny')).toBe(
      `error: failed to create deployment: deployments.apps "probe" is forbidden: ValidatingAdmissionPolicy 'imagestreams-enforce-templates' with binding 'imagestreams-enforce-templates-deny' denied request: ${sentence('probe', tagged, 'deny')}\n`,
    );
  });

  it.each([
    ['by digest', () => `${repository}@${digest}`],
    ['a tag of a stream', () => 'keycloak:20'],
    ['of a registry that is excepted', () => 'mirror.example/base/nginx:1'],
  ])('deny: may name an image %s', async (_, image) => {
    const args = ['create', 'deployment', 'fine', `--image=${image()}`, '--dry-run=server'];
    expect(await shop.refused(args)).toMatchObject({ code: 0, stderr: '' });
  });

  it('another value: is refused, and told which there are', async () => {
    const args = ['label', 'namespace', shop.namespace, `${enforceLabel}=block`, '--overwrite'];
    const { code, stderr } = await cluster.kubectl(args, { allowFailure: true });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `Namespace "${shop.namespace}": the label imagestreams.io/enforce has the value "block", but it must be one of warn, audit, deny, none`,
    );
  });

  it('the release itself: changes nothing for its own pods', async () => {
    await cluster.kubectl(['label', 'namespace', release, `${enforceLabel}=deny`]);
    await chart.kubectl(['rollout', 'restart', 'deployment/imagestreams-controller']);
    await chart.kubectl(['rollout', 'status', 'deployment/imagestreams-controller', '--timeout=120s']);
  });
});

describe('breaking the glass', () => {
  const brokenBy = async (user: string, name: string) => {
    const kubeconfig = await cluster.kubeconfigFor({ user, groups: ['developers'] });
    const { namespace } = shop;
    await cluster.kubectl([
      ...['create', 'rolebinding', `editor-${user}`, '--clusterrole=edit', `--user=${user}`],
      ...['-n', namespace],
    ]);
    const deployment = workloads['Deployment']!(name, { image: tagged }) as {
      readonly spec: { readonly template: { readonly metadata: object } };
    };
    Object.assign(deployment.spec.template.metadata, {
      annotations: { [breakGlassAnnotation]: 'INC-4711, the registry is down' },
    });
    const input = JSON.stringify(deployment);
    const args = ['create', '-n', namespace, '-f', '-'];
    return await cluster.kubectl(args, { kubeconfig, input, allowFailure: true });
  };
  const glass = {
    'imagestreams-enforce-templates/break-glass': `INC-4711, the registry is down: ${tagged}`,
  };

  it('is for whom a RoleBinding gives the permission, is in the audit log, and so are the pods', async () => {
    const binding = [
      'create',
      'rolebinding',
      'firefighters',
      '--clusterrole=imagestreams-enforce-break-glass',
    ];
    await cluster.kubectl([...binding, '--user=fire', '-n', shop.namespace]);
    expect(await brokenBy('fire', 'burning')).toMatchObject({ code: 0, stderr: '' });
    const { user, code, annotations } = await recorded('deployments/burning');
    expect([user, code, annotations]).toEqual(['fire', 201, glass]);
    // it has no name yet when it is asked for
    expect(await recorded('pods/')).toMatchObject({
      ...{ user: 'system:serviceaccount:kube-system:replicaset-controller', code: 201 },
      annotations: {
        'imagestreams-enforce-pods/break-glass': `INC-4711, the registry is down: ${tagged}`,
      },
    });
  });

  it('is refused to others, and in the audit log all the same', async () => {
    const { code, stderr } = await brokenBy('mallory', 'tempted');
    expect(code).toBe(1);
    expect(stderr).toContain('Deployment "tempted": container "keycloak" has the image');
    const request = await recorded('deployments/tempted');
    expect([request.user, request.code, request.annotations]).toEqual(['mallory', 403, glass]);
  });
});

describe('while no webhook is there', () => {
  it('images without digest are refused all the same, and those with one pass', async () => {
    await chart.kubectl(['scale', 'deployment', 'imagestreams-webhook', '--replicas=0']);
    await chart.ready('webhook', 0);
    const args = ['create', 'deployment', 'later', '--dry-run=server'];
    expect((await shop.refused([...args, `--image=${tagged}`])).stderr).toContain(
      sentence('later', tagged, 'deny'),
    );
    expect(await shop.refused([...args, `--image=${repository}@${digest}`])).toMatchObject({ code: 0 });
  });
});
