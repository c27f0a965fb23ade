import { waitFor } from '../cluster/index.ts';
import { jobManifest } from '../cluster/job-project.ts';
import type { OwnCluster } from '../cluster/own-cluster.ts';
import { Project } from '../cluster/project.ts';
import { example } from '../cluster/rollouts.ts';
import { userStream } from '../cluster/stream-manifests.ts';
import { triggerAnnotation, workloads } from '../cluster/workloads.ts';
import { askPreview } from '../preview/preview-client.ts';
import type { InstalledChart } from './installed-chart.ts';
import { repository } from './project.ts';

/** Workloads with this label are refused as not valid when the controller changes them. */
const refusedLabel = 'test.imagestreams.io/refused';

const source = (tag: string) => ({ from: `${repository}:${tag}`, insecure: false });

/** Everything that a release does for its users and for itself, played once. */
export class Workout {
  readonly #own: OwnCluster;
  readonly #chart: InstalledChart;
  readonly project: Project;
  readonly #elsewhere: Project;

  private constructor(own: OwnCluster, chart: InstalledChart, project: Project, elsewhere: Project) {
    this.#own = own;
    this.#chart = chart;
    this.project = project;
    this.#elsewhere = elsewhere;
  }

  static async begin(own: OwnCluster, chart: InstalledChart, project: Project): Promise<Workout> {
    return new Workout(own, chart, project, await Project.create(own.cluster));
  }

  close(): void {
    this.#elsewhere.disconnect();
  }

  /** A stream that imports, one that fails to, and one that follows a tag of another namespace. */
  async streams(): Promise<void> {
    const tags = { '20.0.2': source('20.0.2'), '20.0.3': source('20.0.3'), '20': { alias: '20.0.2' } };
    await this.project.apply(userStream('keycloak', tags));
    await this.project.imported('keycloak', '20');
    await this.project.imported('keycloak', '20.0.3');
    const annotations = { 'imagestreams.io/follow': 'true' };
    const alias = { alias: 'keycloak:20', namespace: this.project.namespace, annotations };
    await this.#elsewhere.apply(userStream('follower', { '20': alias }));
    await this.#elsewhere.failed('follower', '20', 'SourceNotAllowed');
  }

  /** A workload of each kind that follows the stream, and one that the controller is not let change; a Job that is made anew. */
  async followers(): Promise<void> {
    const { Job: _, ...others } = workloads;
    const built = Object.entries(others).flatMap(([kind, build]) => {
      const annotations = triggerAnnotation(kind, 'keycloak:20');
      const name = kind.toLowerCase();
      const refused = { image: 'keycloak:20', annotations, labels: { [refusedLabel]: 'true' } };
      return [build(name, { image: 'keycloak:20', annotations }), build(`refused-${name}`, refused)];
    });
    const [rollout = {}] = example('rollout.yaml') as readonly { readonly metadata?: object }[];
    const metadata = { ...rollout.metadata, name: 'refused-rollout', labels: { [refusedLabel]: 'true' } };
    const job = jobManifest('job', 'waiting', 'keycloak:20', 'recreate');
    await this.project.apply(...built, job, rollout, { ...rollout, metadata });
    // a name that no cache knows
    await this.project.refused(['run', 'unknown', '--image=unknown:1', '--dry-run=server']);
  }

  /** The tag moves there and back, so that the same is told again. */
  async moves(): Promise<void> {
    for (const tag of ['20.0.3', '20.0.2', '20.0.3']) {
      const image = await this.project.history('keycloak', tag);
      await this.project.patchTag('keycloak', '20', '/from/name', tag);
      await this.project.imported('keycloak', '20', image[0]);
      await waitFor('the Deployment', async () =>
        (await this.imageOf('deployment/deployment')).endsWith(`@${image[0]}`),
      );
    }
  }

  /** Somebody asks what would be rolled out. */
  async preview(): Promise<void> {
    const { namespace } = this.project;
    const ca = Buffer.from(await this.#certificate('ca\\.crt'), 'base64').toString('utf8');
    const token = (await this.project.kubectl(['create', 'token', 'default'])).stdout.trim();
    const [{ address: host = '' } = {}] = await this.#chart.pods('controller');
    const to = { host, port: 8443, ca, servername: `imagestreams-preview.${this.#chart.namespace}.svc` };
    const image = `quay.io/example/app@sha256:${'0'.repeat(64)}`;
    const path = `/preview/namespaces/${namespace}/imagestreamtags/keycloak:20?image=${image}`;
    await waitFor('an answer about a preview', () => askPreview(to, path, { token }), {
      // who asks is known, and may see nothing
      until: ({ status }) => status === 403 || status === 404,
    });
  }

  async #certificate(key: string): Promise<string> {
    const path = `jsonpath={.data.${key}}`;
    return (await this.#chart.kubectl(['get', 'secret', 'imagestreams-webhook-tls', '-o', path])).stdout;
  }

  /** A policy that cannot be used, until the webhook has told of it more than once. */
  async policy(good: string): Promise<void> {
    const write = async (text: string) => {
      const data = JSON.stringify({ data: { 'policy.yaml': text } });
      await this.#chart.kubectl(['patch', 'configmap', 'imagestreams-policy', '--type=merge', '-p', data]);
    };
    const toldAgain = () =>
      this.#own.requests().some(({ user, verb, about }) => {
        return user.endsWith('-webhook') && verb === 'patch' && about?.resource === 'events';
      });
    await waitFor('the webhook to tell again', async () => {
      await write('a: [');
      await write(good);
      return toldAgain();
    });
  }

  /** Both Secrets damaged. */
  async certificates(): Promise<void> {
    for (const [secret, key] of [
      ['imagestreams-webhook-tls', 'tls.crt'],
      ['imagestreams-webhook-authority', 'ca.crt'],
    ]) {
      const patch = JSON.stringify({ data: { [String(key)]: Buffer.from('damaged').toString('base64') } });
      await this.#chart.kubectl(['patch', 'secret', String(secret), '--type=merge', '-p', patch]);
    }
  }

  async imageOf(object: string): Promise<string> {
    const path = 'jsonpath={.spec.template.spec.containers[0].image}';
    return (await this.project.kubectl(['get', object, '-o', path])).stdout;
  }
}

/** The policy that refuses them. */
export const refusal = { apiVersion: 'v1', kind: 'List', items: refusalObjects() };

function refusalObjects(): readonly object[] {
  const metadata = { name: 'refused' };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resources = [
    ['', 'pods', 'replicationcontrollers'],
    ['apps', '*'],
    ['batch', '*'],
    ['argoproj.io', '*'],
  ] as const;
  const resourceRules = resources.map(([group, ...names]) => ({
    apiGroups: [group],
    apiVersions: ['*'],
    operations: ['UPDATE'],
    resources: names,
  }));
  const objectSelector = { matchLabels: { [refusedLabel]: 'true' } };
  const expression = '!request.userInfo.username.endsWith(":imagestreams-controller")';
  const validations = [{ expression, message: 'not by the controller', reason: 'Invalid' }];
  return [
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata },
      spec: { matchConstraints: { resourceRules, objectSelector }, validations },
    },
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata },
      spec: { policyName: 'refused', validationActions: ['Deny'] },
    },
  ];
}
