import { ApiClient, connect, type JsonObject } from '../../src/cluster/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import { type LiveObject, type Manifest, pathTo, readLive } from './applier.ts';
import { TestCluster } from './cluster.ts';
import { ImageWriter } from './image-writer.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { waitFor } from './waiting.ts';
import { podSpecPath, type WorkloadParts, workloads } from './workloads.ts';

/** An entry of the annotation: stream `keycloak` and container `keycloak` unless told; the rest as it stands beside `from`. */
export interface TriggerParts {
  /** `20` unless given. */
  readonly tag?: string;
  readonly container?: string;
  readonly [field: string]: unknown;
}

/** The annotation of a workload of that kind. */
export function follows(
  kind: string,
  ...triggers: readonly TriggerParts[]
): Readonly<Record<string, string>> {
  const entries = triggers.map(({ tag = '20', container = 'keycloak', ...rest }) => ({
    from: { kind: 'ImageStreamTag', name: `keycloak:${tag}` },
    fieldPath: `${podSpecPath(kind).slice(1)}.containers[?(@.name=="${container}")].image`,
    ...rest,
  }));
  return { [triggersAnnotation]: JSON.stringify(entries) };
}

/** A namespace with a stream `keycloak`: tags `20.0.2` and `20.0.3`, and aliases `20` and `19` that begin at the first. */
export class FollowedProject {
  readonly project: Project;
  readonly client: ApiClient;
  readonly #digests: Readonly<Record<string, string>>;

  constructor(project: Project, client: ApiClient, digests: Readonly<Record<string, string>>) {
    this.project = project;
    this.client = client;
    this.#digests = digests;
  }

  /** Runs kubectl in the namespace. */
  kubectl(args: readonly string[], ...objects: readonly object[]) {
    return this.project.kubectl(args, ...objects);
  }

  live(name: string, kind = 'Deployment'): Promise<LiveObject> {
    return readLive(this.client, this.path(name, kind));
  }

  path(name: string, kind = 'Deployment'): string {
    return pathTo(this.project.namespace, { kind, metadata: { name } });
  }

  /** Of the first container. */
  async image(name: string, kind = 'Deployment'): Promise<string> {
    const path = [...podSpecPath(kind).slice(1).split('.'), 'containers', '0', 'image'];
    const object: unknown = await this.live(name, kind);
    return path.reduce<unknown>((value, key) => (value as JsonObject)[key], object) as string;
  }

  async generation(name: string, kind?: string): Promise<number | undefined> {
    return (await this.live(name, kind)).metadata.generation;
  }

  /** Waits until the first container has that image. */
  async runs(name: string, image: string, kind?: string): Promise<void> {
    await waitFor(`${name} to have ${image}`, () => this.image(name, kind), {
      until: (seen) => seen === image,
    });
  }

  /** Points alias `20` to a tag, and waits until it has its image. */
  async move(to: string): Promise<void> {
    await this.project.patchTag('keycloak', '20', '/from/name', to);
    await this.project.imported('keycloak', '20', this.#digests[to]);
  }

  /** Waits for an Event on a workload, and gives what it says. */
  async event(name: string, reason: string): Promise<string> {
    const selector = `--field-selector=reason=${reason},involvedObject.name=${name}`;
    const args = ['get', 'events', selector, '-o', 'jsonpath={.items[*].message}'];
    return await waitFor(
      `an Event ${reason} on ${name}`,
      async () => (await this.kubectl(args)).stdout || false,
    );
  }
}

/** A webhook, a controller, and two namespaces that follow a stream: the webhook looks at one of them. */
export class FollowedStream {
  readonly cluster = TestCluster.connect();
  /** What manifests say. */
  text = '';
  k1 = '';
  k2 = '';
  controller!: InstalledController;
  seen!: FollowedProject;
  /** Where no webhook looks, anything can be stored. */
  unseen!: FollowedProject;
  readonly #writer = new ImageWriter({ origin: `http://${this.cluster.registry}` });
  #client: ApiClient | undefined;

  /** @param name of the suite, for webhook and repository */
  async start(name: string): Promise<void> {
    const repository = `${this.cluster.registry}/${name}/keycloak`;
    this.text = `${repository}:20.0.2`;
    const connection = await connect({ kubeconfig: this.cluster.kubeconfig });
    this.#client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
    const digests = {
      '20.0.2': await this.#writer.push(`${name}/keycloak`, '20.0.2', `${name} 20.0.2`),
      '20.0.3': await this.#writer.push(`${name}/keycloak`, '20.0.3', `${name} 20.0.3`),
    };
    [this.k1, this.k2] = [`${repository}@${digests['20.0.2']}`, `${repository}@${digests['20.0.3']}`];
    const { namespaceLabels } = await installWebhook(this.cluster, { name });
    this.controller = await installLeader(this.cluster);
    const tags = {
      '20.0.2': this.text,
      '20.0.3': `${repository}:20.0.3`,
      ...{ '20': { alias: '20.0.2' }, '19': { alias: '20.0.2' } },
    };
    const follow = async (labels: Readonly<Record<string, string>>) => {
      const project = await Project.create(this.cluster, { labels });
      await project.apply(userStream('keycloak', tags));
      for (const tag of ['20.0.3', '20', '19']) await project.imported('keycloak', tag);
      return new FollowedProject(project, this.#client!, digests);
    };
    this.seen = await follow(namespaceLabels);
    this.unseen = await follow({});
  }

  /** A workload whose only container `keycloak` says {@link text} and follows alias `20`. */
  manifest(
    name: string,
    parts: Partial<WorkloadParts> = {},
    kind = 'Deployment',
  ): Manifest & { readonly spec: JsonObject } {
    const all = { image: this.text, annotations: follows(kind, {}), replicas: 1, ...parts };
    return workloads[kind]!(name, all) as Manifest & { readonly spec: JsonObject };
  }

  async close(): Promise<void> {
    await this.seen?.project.close();
    await this.unseen?.project.close();
    this.#client?.close();
    await this.#writer.close();
    await this.cluster.close();
  }
}
