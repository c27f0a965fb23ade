import { defaultSettings, webhookConfigurations, webhookPermissions } from '../../src/admission/index.ts';
import { certificatePermissions, servingSecretPermissions } from '../../src/certificates/index.ts';
import { eventPermissions } from '../../src/cluster/index.ts';
import { controllerPermissions, leaderPermissions } from '../../src/controllers/index.ts';
import type { ImagePolicy } from '../../src/policy/index.ts';
import type { TestCluster } from './cluster.ts';
import { installationNamespace, labelled, labelsOf } from './install.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { waitFor } from './waiting.ts';

export interface StageSettings {
  /** Of the registration, and part of all other names. */
  readonly name: string;
  /** How certificates are issued; absent where somebody else does. */
  readonly issuing?: {
    readonly certificateLifetime: string;
    readonly authorityLifetime: string;
    readonly trustDelay: string;
  };
  readonly replicas?: number;
  /** The controller may not even list image streams. */
  readonly withoutStreams?: boolean;
  /** How wrong the controller's clock is. */
  readonly clockErrorMs?: number;
}

/** A webhook process. */
export interface Replica {
  readonly process: SupervisedProcess;
  readonly port: number;
  /** Base URL of health and metrics. */
  readonly telemetry: string;
}

const home = `${import.meta.dirname}/../..`;
const servingName = 'webhook-tls';
const authorityName = 'webhook-authority';

/**
 * Webhooks whose certificate is in a Secret, the controller that puts it there, and a registration without `caBundle`: as an installation
 * has them, each with its account's rights and no more.
 */
export class CertificatesStage {
  readonly cluster: TestCluster;
  readonly settings: StageSettings;
  /** Of the Secrets and the Lease. */
  readonly namespace: string;
  readonly replicas: Replica[] = [];
  readonly #kubeconfigs: { readonly webhook: string; readonly controller: string };

  private constructor(
    cluster: TestCluster,
    settings: StageSettings,
    namespace: string,
    kubeconfigs: { readonly webhook: string; readonly controller: string },
  ) {
    this.cluster = cluster;
    this.settings = settings;
    this.namespace = namespace;
    this.#kubeconfigs = kubeconfigs;
  }

  /** Starts the webhooks, which have no certificate yet. */
  static async set(cluster: TestCluster, settings: StageSettings): Promise<CertificatesStage> {
    const namespace = await cluster.namespace();
    const [webhook, controller] = ['webhook', 'controller'].map(
      (part) => `system:serviceaccount:${installationNamespace}:${settings.name}-${part}`,
    ) as [string, string];
    const certificates = certificatePermissions({
      serving: { name: servingName },
      ...(settings.issuing === undefined ? {} : { authority: { name: authorityName } }),
      configuration: settings.name,
    });
    await cluster.grant({ user: webhook, rules: webhookPermissions(defaultSettings) });
    await cluster.grant({ user: webhook, namespace, rules: servingSecretPermissions(servingName) });
    const streams = settings.withoutStreams === true ? eventPermissions : controllerPermissions();
    await cluster.grant({ user: controller, rules: [...streams, ...certificates.cluster] });
    await cluster.grant({
      user: controller,
      namespace,
      rules: [...leaderPermissions, ...certificates.namespaced],
    });
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${installationNamespace}`];
    const stage = new CertificatesStage(cluster, settings, namespace, {
      webhook: await cluster.kubeconfigFor({ user: webhook, groups }),
      controller: await cluster.kubeconfigFor({ user: controller, groups }),
    });
    for (let count = 0; count < (settings.replicas ?? 1); count += 1) await stage.startReplica();
    return stage;
  }

  /** Labels of the namespaces that the webhook looks at. */
  get labels(): Readonly<Record<string, string>> {
    return labelsOf(this.settings.name);
  }

  /** Alive, and not ready before there is a certificate. */
  async startReplica(): Promise<Replica> {
    const [port, telemetryPort] = [await this.cluster.takePort(), await this.cluster.takePort()];
    const telemetry = `http://127.0.0.1:${telemetryPort}`;
    const process = await this.cluster.startProcess({
      name: `webhook-${this.settings.name}-${this.replicas.length}`,
      command: globalThis.process.execPath,
      cwd: home,
      args: [
        ...['src/cli/main.ts', 'webhook', '--kubeconfig', this.#kubeconfigs.webhook],
        ...['--host', '127.0.0.1', '--port', String(port)],
        ...['--telemetry-host', '127.0.0.1', '--telemetry-port', String(telemetryPort)],
        ...['--certificate-secret', `${this.namespace}/${servingName}`, '--drain-seconds', '0'],
      ],
      disposable: true,
      ready: async () => (await fetch(`${telemetry}/livez`)).ok,
    });
    const replica = { process, port, telemetry };
    this.replicas.push(replica);
    return replica;
  }

  /** Waits until every replica is. */
  async ready(): Promise<void> {
    for (const { telemetry } of this.replicas) {
      await waitFor('the webhook to be ready', async () => (await fetch(`${telemetry}/readyz`)).ok);
    }
  }

  async startController(identity: string): Promise<SupervisedProcess> {
    const telemetryPort = await this.cluster.takePort();
    const ready = this.settings.withoutStreams === true ? 'livez' : 'readyz';
    return await this.cluster.startProcess({
      name: identity,
      command: globalThis.process.execPath,
      cwd: home,
      args: [
        ...wrongClock(this.settings.clockErrorMs),
        ...['src/cli/main.ts', 'controller', '--kubeconfig', this.#kubeconfigs.controller],
        ...['--telemetry-host', '127.0.0.1', '--telemetry-port', String(telemetryPort)],
        ...['--namespace', this.namespace, '--identity', identity, '--no-triggers'],
        ...['--webhook-certificate-secret', `${this.namespace}/${servingName}`],
        ...['--webhook-configuration', this.settings.name, ...this.#issuingArgs()],
      ],
      disposable: true,
      ready: async () => (await fetch(`http://127.0.0.1:${telemetryPort}/${ready}`)).ok,
    });
  }

  #issuingArgs(): readonly string[] {
    const { issuing } = this.settings;
    if (issuing === undefined) return [];
    const { certificateLifetime, authorityLifetime, trustDelay } = issuing;
    return [
      ...['--webhook-authority-secret', `${this.namespace}/${authorityName}`],
      ...['--webhook-service', `${this.namespace}/webhook`, '--webhook-server-name', '127.0.0.1'],
      ...['--certificate-lifetime', certificateLifetime, '--authority-lifetime', authorityLifetime],
      ...['--trust-delay', trustDelay],
    ];
  }

  /** As a chart's installation applies it: without `caBundle`. Gives what kubectl said. */
  async register(port: number, policy: ImagePolicy = defaultSettings.policy): Promise<string> {
    const objects = webhookConfigurations({
      name: this.settings.name,
      address: { url: `https://127.0.0.1:${port}` },
      settings: { ...defaultSettings, policy },
    }).map((each) => labelled(each, this.settings.name));
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const args = ['apply', '--server-side', '--field-manager=helm', '-f', '-'];
    return (await this.cluster.kubectl(args, { input })).stdout;
  }

  async secret(which: 'serving' | 'authority'): Promise<Readonly<Record<string, string>>> {
    const name = this.secretName(which);
    const { stdout } = await this.cluster.kubectl([
      'get',
      'secret',
      name,
      '-n',
      this.namespace,
      '-o',
      'json',
    ]);
    const { data } = JSON.parse(stdout) as { readonly data: Readonly<Record<string, string>> };
    return Object.fromEntries(
      Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
    );
  }

  secretName(which: 'serving' | 'authority'): string {
    return which === 'serving' ? servingName : authorityName;
  }

  /** The `caBundle` of every webhook, PEM; undefined where there is none. */
  async bundles(): Promise<readonly (string | undefined)[]> {
    return (await this.#registered()).map(
      ({ clientConfig: { caBundle } }) => caBundle && Buffer.from(caBundle, 'base64').toString(),
    );
  }

  /** Names of all webhooks. */
  async webhooks(): Promise<readonly string[]> {
    return (await this.#registered()).map(({ name }) => name);
  }

  async #registered(): Promise<readonly Webhook[]> {
    const kinds = 'mutatingwebhookconfiguration,validatingwebhookconfiguration';
    const { stdout } = await this.cluster.kubectl(['get', kinds, '-o', 'json']);
    const { items } = JSON.parse(stdout) as { readonly items: readonly Found[] };
    return items
      .filter(({ metadata }) => metadata.name === this.settings.name)
      .flatMap(({ webhooks }) => webhooks);
  }

  /** How often something was told of the Secrets and registrations of this stage: `REASON KIND`. */
  async told(event: string): Promise<number> {
    const { stdout } = await this.cluster.kubectl(['get', 'events.v1.events.k8s.io', '-A', '-o', 'json']);
    const { items } = JSON.parse(stdout) as { readonly items: readonly FoundEvent[] };
    return items
      .filter(
        ({ regarding }) => regarding.namespace === this.namespace || regarding.name === this.settings.name,
      )
      .filter(({ reason, regarding }) => event === `${reason} ${regarding.kind}`)
      .reduce((sum, { series }) => sum + (series?.count ?? 1), 0);
  }
}

/** Node's arguments for a process whose wall clock is wrong. */
function wrongClock(errorMs: number | undefined): readonly string[] {
  if (errorMs === undefined) return [];
  const code = `const { now } = Date; Date.now = () => now() + ${errorMs};`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

interface Found {
  readonly metadata: { readonly name: string };
  readonly webhooks: readonly Webhook[];
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string };
}

interface FoundEvent {
  readonly reason: string;
  readonly series?: { readonly count: number };
  readonly regarding: { readonly kind: string; readonly namespace?: string; readonly name: string };
}
