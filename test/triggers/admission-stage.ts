import {
  admitTriggers,
  encodeHeld,
  fieldPathOf,
  heldAnnotation,
  type ImageOrigin,
  type TagNow,
  type Trigger,
  type TriggerAdmission,
  type TriggerClock,
  type TriggerWrite,
  type TriggerWriter,
  triggerStateOf,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import { builtInTable, type KubernetesObject, type WorkloadKind } from '../../src/workloads/index.ts';

export const deployments = kindOf('apps', 'deployments');

function kindOf(group: string, resource: string): WorkloadKind {
  const kind = builtInTable.ofResource(group, resource);
  if (kind === undefined) throw new Error(`no row for ${resource}`);
  return kind;
}

/** A pull spec that can be told apart by its letter. */
export function exact(letter: string): string {
  return `quay.io/org/app@sha256:${letter.padStart(64, '0')}`;
}

export const [D1, D2, D3] = [exact('1'), exact('2'), exact('3')] as const;

/** Where the tests put what the product keeps in `imagestreams.io/resolved`. */
const originsKey = 'imagestreams.io/resolved';

export type Annotations = Readonly<Record<string, string | undefined>>;

export interface Shape {
  /** Image by container. */
  readonly images: Readonly<Record<string, string>>;
  /** What the containers follow: `app:v1`, `-app:v1` paused, `other/app:v1`; several for one container in a list. */
  readonly follow?: Readonly<Record<string, string | readonly string[]>>;
  readonly annotations?: Annotations;
}

/** A Deployment in namespace `shop`. */
export function shape({ images, follow = {}, annotations = {} }: Shape): KubernetesObject {
  const containers = Object.entries(images).map(([name, image]) => ({ name, image }));
  const triggers = Object.entries(follow).flatMap(([name, tags]) => triggersFor(name, tags, containers));
  const all = {
    ...(triggers.length === 0 ? {} : { [triggersAnnotation]: JSON.stringify(triggers) }),
    ...annotations,
  };
  const kept = Object.entries(all).filter(([, text]) => text !== undefined);
  return {
    metadata: { name: 'shop', annotations: Object.fromEntries(kept) as Record<string, string> },
    spec: { template: { spec: { containers } } },
  };
}

/** A second trigger on a container is written by position, as two of one path would be refused. */
function triggersFor(
  name: string,
  tags: string | readonly string[],
  containers: readonly { name: string }[],
) {
  return [tags].flat().map((tag, index) => {
    const followed = tag.replace(/^-/, '');
    const [namespace, streamTag] = followed.includes('/') ? followed.split('/') : [undefined, followed];
    const position = containers.findIndex((container) => container.name === name);
    return {
      from: { kind: 'ImageStreamTag', name: streamTag, ...(namespace === undefined ? {} : { namespace }) },
      fieldPath:
        index === 0
          ? fieldPathOf(deployments.podSpecPath, 'containers', name)
          : `${deployments.podSpecPath.join('.')}.containers[${'0'.repeat(index - 1)}${position}].image`,
      ...(tag.startsWith('-') ? { paused: true } : {}),
    };
  });
}

export const controller: TriggerWriter = { kind: 'Controller' };

export function user(part: Partial<Extract<TriggerWriter, { kind: 'User' }>> = {}): TriggerWriter {
  return { kind: 'User', name: 'jane', deliberate: false, restores: false, ...part };
}

/** `kubectl set image` and `kubectl edit`; `kubectl rollout undo`. */
export const person = user({ deliberate: true });
export const undoer = user({ deliberate: true, restores: true });

/** What tags give, by `app:v1` or `other/app:v1`; undefined for a tag without an image. */
export type Tags = Readonly<Record<string, string | undefined>>;

export interface Setting {
  readonly writer?: TriggerWriter;
  /** What the cluster knows. */
  readonly tags?: Tags;
  /** What this replica remembers of it; all of it if absent. */
  readonly memory?: Tags;
  /** Nobody can be asked. */
  readonly unreachable?: boolean;
  /** Minutes past midnight. */
  readonly at?: number;
  /** Images of the manifest that was applied last. */
  readonly applied?: Readonly<Record<string, string>>;
  readonly fixed?: boolean;
  readonly kind?: WorkloadKind;
}

export interface Outcome extends TriggerAdmission {
  /** As it is stored. */
  readonly object: KubernetesObject;
  /** Streams that were asked for. */
  readonly asked: readonly string[];
}

/** Takes a write through the decision, asking where it says so, as often as it says so. */
export function admit(
  sent: KubernetesObject,
  old: KubernetesObject | undefined,
  setting: Setting = {},
): Outcome {
  const { tags = {}, memory = tags, unreachable = false } = setting;
  const asked = new Set<string>();
  const tag = (trigger: Trigger): TagNow => {
    const isAsked = asked.has(streamOf(trigger));
    const known = isAsked && !unreachable ? tags : memory;
    return { image: known[tagOf(trigger)], certain: isAsked && !unreachable, why: 'it is not there' };
  };
  const write = writeOf(sent, old, setting, tag);
  let admission = admitTriggers(write);
  for (let missing = open(admission, asked); missing.length > 0; missing = open(admission, asked)) {
    for (const stream of missing) asked.add(stream);
    admission = admitTriggers(write);
  }
  return { ...admission, object: storedObject(sent, write, admission), asked: [...asked] };
}

function open({ ask }: TriggerAdmission, asked: ReadonlySet<string>): readonly string[] {
  return ask.map(streamOf).filter((stream) => !asked.has(stream));
}

function writeOf(
  sent: KubernetesObject,
  old: KubernetesObject | undefined,
  { writer = user(), at = 0, applied = {}, fixed = false, kind = deployments }: Setting,
  tag: (trigger: Trigger) => TagNow,
): TriggerWrite {
  return {
    sent: triggerStateOf(kind, sent, 'shop'),
    old: old === undefined ? undefined : triggerStateOf(kind, old, 'shop'),
    writer,
    origins: { old: originsIn(old), sent: originsIn(sent) },
    applied: new Map(Object.entries(applied)),
    tag,
    names: (image, { crossNamespace, stream, tag: name }) =>
      !crossNamespace && (image === `${stream}:${name}` || (name === 'latest' && image === stream)),
    fixed: () => fixed,
    clock: clockAt(at),
    target: 'deployments/shop --namespace=app',
  };
}

/** @param minutes past midnight */
export function timeOf(minutes: number): string {
  return new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString().replace('.000Z', 'Z');
}

function clockAt(minutes: number): TriggerClock {
  return { time: timeOf(minutes), from: timeOf(minutes - 1), until: timeOf(minutes + 1) };
}

function storedObject(sent: KubernetesObject, { origins }: TriggerWrite, admission: TriggerAdmission) {
  const containers = containersIn(sent).map(({ name, image }) => ({
    name,
    image: admission.images.get(name) ?? image,
  }));
  // what is said nothing of keeps what was stored, or claimed: more would be for names of streams, which are not played here
  const kept = containersIn(sent).flatMap(({ name }) => {
    const origin = admission.origins.has(name) ? admission.origins.get(name) : origins.old.get(name);
    return origin === undefined ? [] : [[name, origin] as const];
  });
  return withAnnotations(
    { ...sent, spec: { template: { spec: { containers } } } },
    {
      [triggerStatusAnnotation]: admission.status,
      [heldAnnotation]: encodeHeld(admission.held),
      [originsKey]: kept.length === 0 ? undefined : JSON.stringify(Object.fromEntries(kept)),
    },
  );
}

export function withAnnotations(object: KubernetesObject, changes: Annotations): KubernetesObject {
  const annotations = Object.entries({ ...object.metadata?.annotations, ...changes });
  const kept = annotations.filter(([, text]) => text !== undefined) as [string, string][];
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
}

export function withImages(
  object: KubernetesObject,
  images: Readonly<Record<string, string>>,
): KubernetesObject {
  const containers = containersIn(object).map(({ name, image }) => ({ name, image: images[name] ?? image }));
  return { ...object, spec: { template: { spec: { containers } } } };
}

/** What the object follows, in the notation of {@link Shape}. */
export function following(object: KubernetesObject, follow: Shape['follow']): KubernetesObject {
  const images = imagesIn(object);
  const { metadata } = shape({ images, ...(follow === undefined ? {} : { follow }) });
  return withAnnotations(object, { [triggersAnnotation]: metadata?.annotations?.[triggersAnnotation] });
}

interface Container {
  readonly name: string;
  readonly image: string;
}

function containersIn(object: KubernetesObject): readonly Container[] {
  const { template } = object['spec'] as { template: { spec: { containers: readonly Container[] } } };
  return template.spec.containers;
}

export function imagesIn(object: KubernetesObject): Readonly<Record<string, string>> {
  return Object.fromEntries(containersIn(object).map(({ name, image }) => [name, image]));
}

export function originsIn(object: KubernetesObject | undefined): ReadonlyMap<string, ImageOrigin> {
  const text = object?.metadata?.annotations?.[originsKey];
  return new Map(Object.entries(JSON.parse(text ?? '{}') as Record<string, ImageOrigin>));
}

function streamOf({ namespace, stream }: Trigger): string {
  return `${namespace}/${stream}`;
}

function tagOf({ crossNamespace, namespace, stream, tag }: Trigger): string {
  return `${crossNamespace ? `${namespace}/` : ''}${stream}:${tag}`;
}
