import { type ApiClient, resourcePath } from '../../src/cluster/index.ts';
import { heldAnnotation, triggersAnnotation } from '../../src/triggers/index.ts';
import { type LiveObject, type Manifest, pathTo, readLive } from './applier.ts';
import type { Project } from './project.ts';
import type { Followed, Subject } from './trigger-oracle.ts';
import { waitFor } from './waiting.ts';
import { workloads } from './workloads.ts';

/** How a person's manifest gets into the cluster. */
export type Style = 'client' | 'server' | 'replace';

export interface ManifestParts {
  /** What it says of the image; nothing if undefined. */
  readonly text: string | undefined;
  readonly follows: Followed | undefined;
}

interface Stored extends LiveObject {
  readonly spec: Template['spec'];
  readonly status?: { readonly observedGeneration?: number };
}

interface Template {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { image: string }[] } };
  };
}

/** A Deployment of stream `app`, with what people and tools do to it. */
export class TriggerSubject {
  readonly name: string;
  readonly #project: Project;
  readonly #client: ApiClient;
  readonly #style: Style;
  /** Milliseconds since the epoch. */
  #undoneAt = 0;

  constructor(project: Project, client: ApiClient, name: string, style: Style) {
    this.#project = project;
    this.#client = client;
    this.name = name;
    this.#style = style;
  }

  get #object(): string {
    return `deployment/${this.name}`;
  }

  async read(): Promise<Subject> {
    return subjectOf(await this.stored());
  }

  async stored(): Promise<Stored> {
    const manifest: Manifest = { kind: 'Deployment', metadata: { name: this.name } };
    return (await readLive(this.#client, pathTo(this.#project.namespace, manifest))) as Stored;
  }

  async create(parts: ManifestParts): Promise<void> {
    await (this.#style === 'replace' ? this.#kubectl(['create', '-f', '-'], parts) : this.apply(parts));
  }

  async apply(parts: ManifestParts): Promise<void> {
    const commands = {
      client: ['apply', '-f', '-'],
      server: ['apply', '--server-side', '--force-conflicts', '--field-manager=team', '-f', '-'],
      replace: ['replace', '-f', '-'],
    };
    await this.#kubectl(commands[this.#style], parts);
  }

  async setImage(image: string): Promise<void> {
    await this.#project.kubectl(['set', 'image', this.#object, `keycloak=${image}`]);
  }

  async undo(): Promise<void> {
    // managed fields tell two writes of one manager apart by the second, and so does the webhook two undos
    await waitFor('the second of the last undo to be over', () => Date.now() >= this.#undoneAt + 1_000);
    await this.#project.kubectl(['rollout', 'undo', this.#object]);
    this.#undoneAt = Date.now();
  }

  /** Annotations by key; `KEY-` takes one away. */
  async annotate(...annotations: readonly string[]): Promise<void> {
    await this.#project.kubectl(['annotate', '--overwrite', this.#object, ...annotations]);
  }

  async follow(follows: Followed | undefined): Promise<void> {
    const [text] = Object.values(annotationsOf(follows));
    await this.annotate(text === undefined ? `${triggersAnnotation}-` : `${triggersAnnotation}=${text}`);
  }

  async delete(): Promise<void> {
    await this.#project.kubectl(['delete', this.#object]);
  }

  /** What undoing would bring back, once the Deployment controller has seen the latest; undefined where there is nothing before. */
  async previous(): Promise<Pick<Subject, 'image' | 'follows'> | undefined> {
    await waitFor(`${this.#object} to be observed`, async () => {
      const { metadata, status } = await this.stored();
      return status?.observedGeneration === metadata.generation;
    });
    const { namespace } = this.#project;
    const path = resourcePath({ group: 'apps', version: 'v1', resource: 'replicasets', namespace });
    const query = { labelSelector: `app=${this.name}` };
    const { items } = (await this.#client.get(path, { query })) as { readonly items: readonly Stored[] };
    const revision = ({ metadata }: Stored) =>
      Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    const [, found] = items.toSorted((one, other) => revision(other) - revision(one));
    return found && subjectOf(found);
  }

  async #kubectl(args: readonly string[], { text, follows }: ManifestParts): Promise<void> {
    const annotations = annotationsOf(follows);
    const built = workloads['Deployment']!(this.name, { image: text ?? '', annotations, replicas: 1 });
    const withoutBlank = (key: string, value: unknown) =>
      key === 'image' && value === '' ? undefined : value;
    const manifest = JSON.parse(JSON.stringify(built), withoutBlank) as object;
    // replacing is for the version that kubectl has just read, and others write as well: a person tries again
    await waitFor(
      `kubectl ${args[0]} of ${this.name}`,
      async () => {
        const { code, stderr } = await this.#project.refused(args, manifest);
        if (code !== 0 && !stderr.includes('(Conflict)')) throw new Refused(stderr);
        return code === 0;
      },
      { giveUpOn: (error) => error instanceof Refused },
    );
  }
}

function annotationsOf(follows: Followed | undefined): Readonly<Record<string, string>> {
  if (follows === undefined) return {};
  const fieldPath = 'spec.template.spec.containers[?(@.name=="keycloak")].image';
  const from = { kind: 'ImageStreamTag', name: `app:${follows.tag}` };
  const trigger = { from, fieldPath, ...(follows.paused ? { paused: true } : {}) };
  return { [triggersAnnotation]: JSON.stringify([trigger]) };
}

function subjectOf({ metadata, spec }: Stored): Subject {
  const { annotations = {} } = metadata;
  const text = annotations[triggersAnnotation];
  const [trigger] = text === undefined ? [] : (JSON.parse(text) as Trigger[]);
  return {
    image: spec.template.spec.containers[0]?.image ?? '',
    held: annotations[heldAnnotation] !== undefined,
    follows: trigger && { tag: trigger.from.name.split(':')[1] ?? '', paused: trigger.paused === true },
  };
}

class Refused extends Error {}

interface Trigger {
  readonly from: { readonly name: string };
  readonly paused?: boolean;
}
