import { ApiClient, connect, resourcePath } from '../../src/cluster/index.ts';
import {
  type ImageStream,
  imageStreamGroup,
  type NamedTagEventList,
  type TagEventCondition,
} from '../../src/imagestream/index.ts';
import type { TestCluster } from './cluster.ts';
import type { CommandResult } from './command.ts';
import { waitFor } from './waiting.ts';

/** An Event as `events.k8s.io/v1` has it, as far as tests look at it. */
export interface StreamEvent {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

export interface ProjectSettings {
  /** Of the namespace; those of an installed webhook, for example. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Who writes; the administrator if absent. */
  readonly user?: string;
  /** One that is there already; a new one if absent. */
  readonly namespace?: string;
}

/** A namespace as the tests of imports use it: written with kubectl, as a person does, and read without. */
export class Project {
  readonly namespace: string;
  readonly #cluster: TestCluster;
  readonly #kubeconfig: string;
  readonly #client: ApiClient;

  private constructor(cluster: TestCluster, namespace: string, kubeconfig: string, client: ApiClient) {
    this.#cluster = cluster;
    this.namespace = namespace;
    this.#kubeconfig = kubeconfig;
    this.#client = client;
  }

  /** Makes a namespace; a user gets the role `edit` in it. */
  static async create(
    cluster: TestCluster,
    { labels, user, namespace: existing }: ProjectSettings = {},
  ): Promise<Project> {
    const namespace = existing ?? (await cluster.namespace(labels));
    const connection = await connect({ kubeconfig: cluster.kubeconfig });
    const client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
    if (user === undefined) return new Project(cluster, namespace, cluster.kubeconfig, client);
    const binding = ['rolebinding', 'editor', '--clusterrole=edit', `--user=${user}`];
    await cluster.kubectl(['create', ...binding, '-n', namespace]);
    const kubeconfig = await cluster.kubeconfigFor({ user, groups: ['developers'] });
    return new Project(cluster, namespace, kubeconfig, client);
  }

  /** Removes the streams, so that nothing is imported for them any more, and closes the connections. */
  async close(): Promise<void> {
    await this.#cluster.kubectl(['delete', 'imagestreams', '--all', '-n', this.namespace, '--wait=false']);
    this.disconnect();
  }

  /** Closes the connections and leaves everything as it is. */
  disconnect(): void {
    this.#client.close();
  }

  /** Runs kubectl in the namespace, as the user; `objects` go to its standard input. */
  kubectl(args: readonly string[], ...objects: readonly object[]): Promise<CommandResult> {
    return this.#cluster.kubectl([...args, '-n', this.namespace], this.#settings(objects));
  }

  /** The same where failing is what is expected. */
  refused(args: readonly string[], ...objects: readonly object[]): Promise<CommandResult> {
    const settings = { ...this.#settings(objects), allowFailure: true };
    return this.#cluster.kubectl([...args, '-n', this.namespace], settings);
  }

  apply(...objects: readonly object[]): Promise<CommandResult> {
    return this.kubectl(['apply', '-f', '-'], ...objects);
  }

  /** A JSON patch of a stream. */
  patch(stream: string, ...operations: readonly object[]): Promise<CommandResult> {
    return this.kubectl(['patch', 'imagestream', stream, '--type=json', '-p', JSON.stringify(operations)]);
  }

  /** Changes one tag of a stream's spec by a JSON patch; `path` is within the tag, such as `/generation`. */
  async patchTag(stream: string, tag: string, path: string, value: unknown): Promise<void> {
    const { spec } = await this.stream(stream);
    const index = (spec?.tags ?? []).findIndex(({ name }) => name === tag);
    const at = `/spec/tags/${index}`;
    await this.patch(
      stream,
      { op: 'test', path: `${at}/name`, value: tag },
      { op: 'add', path: `${at}${path}`, value },
    );
  }

  /** What `oc import-image` does: asks for the tag to be imported again. */
  requestImport(stream: string, tag: string): Promise<void> {
    return this.patchTag(stream, tag, '/generation', 0);
  }

  async stream(name: string): Promise<ImageStream> {
    return (await this.#client.get(this.#path(name))) as ImageStream;
  }

  async streams(): Promise<readonly ImageStream[]> {
    const { items } = (await this.#client.get(this.#path())) as { readonly items: readonly ImageStream[] };
    return items;
  }

  /** The status of a tag; undefined while there is none. */
  async tag(stream: string, tag: string): Promise<NamedTagEventList | undefined> {
    return statusOf(await this.stream(stream), tag);
  }

  /** The images of a tag, newest first. */
  async history(stream: string, tag: string): Promise<readonly string[]> {
    return ((await this.tag(stream, tag))?.items ?? []).map(({ image = '' }) => image);
  }

  /** Waits until the tag points to an image, that one if it is given, and nothing is wrong with it. */
  async imported(stream: string, tag: string, image?: string, timeoutMs = 30_000): Promise<string> {
    const list = await waitFor(
      `${stream}:${tag} to be imported`,
      async () => statusOf(await this.stream(stream), tag) ?? 'no status',
      { timeoutMs, until: (seen) => isImported(seen, image) },
    );
    return typeof list === 'string' ? '' : (list.items?.[0]?.image ?? '');
  }

  /** Waits until the tag says that its import failed, for that reason if one is given. */
  async failed(stream: string, tag: string, reason?: string, timeoutMs = 30_000): Promise<TagEventCondition> {
    return await waitFor(
      `${stream}:${tag} to fail${reason === undefined ? '' : ` with ${reason}`}`,
      async () => statusOf(await this.stream(stream), tag)?.conditions?.[0],
      {
        timeoutMs,
        until: (seen) => seen !== undefined && (reason === undefined || seen.reason === reason),
      },
    );
  }

  /** Events on a stream so far. */
  async events(stream: string): Promise<readonly StreamEvent[]> {
    const { namespace } = this;
    const path = resourcePath({ group: 'events.k8s.io', version: 'v1', resource: 'events', namespace });
    const query = { fieldSelector: `regarding.kind=ImageStream,regarding.name=${stream}` };
    const { items } = (await this.#client.get(path, { query })) as { readonly items: readonly StreamEvent[] };
    return items;
  }

  /** Waits until there is an Event with that reason on the stream. */
  async event(stream: string, reason: string): Promise<StreamEvent> {
    return await waitFor(`an Event ${reason} on ${stream}`, async () => {
      const events = await this.events(stream);
      return events.find((event) => event.reason === reason);
    });
  }

  #path(name?: string): string {
    const { namespace } = this;
    const stream = name === undefined ? {} : { name };
    return resourcePath({
      group: imageStreamGroup,
      version: 'v1',
      resource: 'imagestreams',
      namespace,
      ...stream,
    });
  }

  #settings(objects: readonly object[]) {
    const kubeconfig = this.#kubeconfig;
    if (objects.length === 0) return { kubeconfig };
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    return { kubeconfig, input: JSON.stringify(objects.length === 1 ? objects[0] : list) };
  }
}

/** The status of a tag in a stream; undefined while there is none. */
export function statusOf({ status }: ImageStream, tag: string): NamedTagEventList | undefined {
  return status?.tags?.find((list) => list.tag === tag);
}

function isImported(seen: NamedTagEventList | string, image: string | undefined): boolean {
  if (typeof seen === 'string' || (seen.conditions ?? []).length > 0) return false;
  const [head] = seen.items ?? [];
  return head?.image !== undefined && (image === undefined || head.image === image);
}
