import {
  onExplicitImageAnnotation,
  planTriggers,
  type TriggerWriter,
  triggeredWorkload,
  triggerStatusAnnotation,
  triggersAnnotation,
  triggersOf,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  type Annotations,
  admit,
  controller,
  deployments,
  following,
  imagesIn,
  shape,
  type Tags,
  timeOf,
  withAnnotations,
  withImages,
} from './admission-stage.ts';

/** What a manifest says of its only container, `web`. */
export interface Manifest {
  readonly text: string;
  /** `app:v1`, `-app:v1` paused; none if absent. */
  readonly tag?: string;
}

/** What a ReplicaSet keeps of the Deployment that made it. */
interface Revision {
  readonly image: string;
  readonly annotations: Annotations;
}

/** A Deployment, its ReplicaSets, tags that move, replicas that lag, a controller, and people. */
export class World {
  object: KubernetesObject;
  /** The manifest that was applied last. */
  manifest: Manifest;
  readonly revisions: Revision[] = [];
  /** All that the tags ever gave, the latest last. */
  readonly #history: Tags[];
  /** How far the controller has come in it. */
  #seen = 0;
  #minute = 0;
  #values = 0;

  constructor(manifest: Manifest, tags: Tags) {
    this.#history = [tags];
    this.manifest = manifest;
    this.object = this.#created(tags);
    this.#rollOut();
  }

  get tags(): Tags {
    return this.#history.at(-1) ?? {};
  }

  get image(): string {
    return imagesIn(this.object)['web'] ?? '';
  }

  get held(): boolean {
    return this.annotation('imagestreams.io/held') !== undefined;
  }

  /** What the container follows now, in the notation of a manifest. */
  get tag(): string | undefined {
    return tagIn(this.annotation(triggersAnnotation));
  }

  /** The text that stands for the tag, as far as it is recorded. */
  get recordedText(): string | undefined {
    const nameIn = (key: string) =>
      (JSON.parse(this.annotation(key) ?? '{}') as Record<string, { name?: string }>)['web']?.name;
    return nameIn('imagestreams.io/held') ?? nameIn('imagestreams.io/resolved');
  }

  get followsExplicit(): boolean {
    return this.annotation(onExplicitImageAnnotation) === 'follow';
  }

  annotation(key: string): string | undefined {
    return this.object.metadata?.annotations?.[key];
  }

  move(tag: string, image: string | undefined): void {
    this.#history.push({ ...this.tags, [tag]: image });
  }

  /** A value that no annotation had before. */
  newValue(): string {
    this.#values += 1;
    return `${this.#values}`;
  }

  /** Deletes it and applies its manifest, reviewed by a replica whose memory is that many moves behind. */
  recreate(lag: number): void {
    this.#minute += 2;
    this.object = this.#created(this.#remembered(lag));
    this.revisions.length = 0;
    this.#rollOut();
  }

  /** A write through a replica whose memory is that many moves behind. */
  write(sent: KubernetesObject, writer: TriggerWriter, lag: number, applied?: string): void {
    this.#minute += 2;
    const memory = this.#remembered(lag);
    const setting = { writer, tags: this.tags, memory, at: this.#minute };
    const outcome = admit(
      sent,
      this.object,
      applied === undefined ? setting : { ...setting, applied: { web: applied } },
    );
    this.object = outcome.object;
    this.#rollOut();
  }

  setImage(image: string): KubernetesObject {
    return withImages(this.object, { web: image });
  }

  annotated(changes: Annotations): KubernetesObject {
    return withAnnotations(this.object, changes);
  }

  following(tag: string | undefined): KubernetesObject {
    return following(this.object, tag === undefined ? {} : { web: tag });
  }

  /** `kubectl rollout undo`: template and annotations of a ReplicaSet. */
  undone({ image, annotations }: Revision): KubernetesObject {
    const bare = { ...this.object, metadata: { ...this.object.metadata, annotations: null } };
    return withAnnotations(withImages(bare, { web: image }), annotations);
  }

  /** The controller looks, having seen all moves but so many; it never sees less than before. It keeps nothing in mind. */
  reconcile(behind: number, lag: number): void {
    this.#seen = Math.max(this.#seen, this.#history.length - 1 - behind);
    const view = this.#history[this.#seen] ?? {};
    const workload = triggeredWorkload(deployments, this.object, 'imagestreams-controller');
    if (workload === undefined) return;
    const { triggers } = triggersOf(deployments, 'shop', workload);
    const plan = planTriggers({
      kind: deployments,
      namespace: 'shop',
      workload,
      triggers,
      answer: ({ stream, tag }) => {
        const image = view[`${stream}:${tag}`];
        return image === undefined ? { kind: 'NoImage' } : { kind: 'Image', image };
      },
      time: timeOf(this.#minute),
    });
    if (plan.write) this.write(this.annotated({ [triggerStatusAnnotation]: plan.status }), controller, lag);
  }

  #remembered(lag: number): Tags {
    return this.#history[Math.max(0, this.#history.length - 1 - lag)] ?? {};
  }

  #created(memory: Tags): KubernetesObject {
    const { text, tag } = this.manifest;
    const object = shape({ images: { web: text }, ...(tag === undefined ? {} : { follow: { web: tag } }) });
    return admit(object, undefined, { tags: this.tags, memory, at: this.#minute }).object;
  }

  /** The Deployment controller makes a ReplicaSet for each template, and copies annotations to it; it takes none away. */
  #rollOut(): void {
    const { image } = this;
    const index = this.revisions.findIndex((revision) => revision.image === image);
    const [known] = index < 0 ? [] : this.revisions.splice(index, 1);
    const annotations = { ...known?.annotations, ...this.object.metadata?.annotations };
    this.revisions.push({ image, annotations });
  }
}

/** What an annotation makes the container follow. */
export function tagIn(annotation: string | undefined): string | undefined {
  if (annotation === undefined) return undefined;
  const [trigger] = JSON.parse(annotation) as { from: { name: string }; paused?: boolean }[];
  return trigger === undefined ? undefined : `${trigger.paused === true ? '-' : ''}${trigger.from.name}`;
}
