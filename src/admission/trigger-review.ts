import { metaTime } from '../cluster/index.ts';
import { lastAppliedAnnotation } from '../imagestream/index.ts';
import {
  admitTriggers,
  encodeHeld,
  type HeldEntry,
  heldAnnotation,
  type ImageOrigin,
  isMadeAnew,
  type Trigger,
  type TriggerAdmission,
  type TriggerDecision,
  type TriggerWrite,
  triggerStateOf,
  triggerStatusAnnotation,
  triggersAnnotation,
  unchangeable,
} from '../triggers/index.ts';
import {
  annotationText,
  imagesOf,
  isControlled,
  type KubernetesObject,
  valueAt,
} from '../workloads/index.ts';
import type { Rewrite } from './decide-images.ts';
import { isLarge } from './pending-tags.ts';
import { originsIn } from './provenance.ts';
import { readImage } from './reading.ts';
import type { AdmissionRequest } from './request.ts';
import type { ImagesInScope, Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';
import { TriggerTags } from './trigger-tags.ts';
import { triggerWriterOf } from './trigger-writer.ts';

/** What triggers make of a request. */
export interface TriggerReview {
  /** Images that they decide, and no name in their place is resolved any more. */
  readonly rewrites: readonly Rewrite[];
  /** See {@link TriggerAdmission.origins}. */
  readonly origins: ReadonlyMap<string, ImageOrigin | undefined>;
  readonly warnings: readonly string[];
  /** What the object says of the origin of its images was stored with them, in one that it takes the place of. */
  readonly believed: boolean;
  /** One for each container with triggers. */
  readonly decisions: readonly TriggerDecision[];
  /** First imports were waited for, and once is enough. */
  readonly waited: boolean;
  /** The annotations of ours as they must be, once names are resolved. */
  annotations(resolved: readonly Rewrite[]): ReadonlyMap<string, string | undefined>;
}

/** Has the object triggers or did it before, or does it carry what only triggers have? */
export function concernsTriggers({ kind, object, old, owned, ephemeral }: Subject): boolean {
  if (owned || ephemeral || kind.byPolicyOnly === true) return false;
  if (valueAt(object, ['metadata', 'deletionTimestamp']) !== undefined) return false;
  return [object, old].some((each) =>
    annotationKeys.some((key) => valueAt(each, ['metadata', 'annotations', key]) !== undefined),
  );
}

const annotationKeys = [triggersAnnotation, triggerStatusAnnotation, heldAnnotation];

/** Decides over the triggers of a request; asks for streams where the decision says so, until it says so no more. */
export async function reviewTriggers(
  subject: Subject,
  scope: ImagesInScope,
  request: AdmissionRequest,
  around: Surroundings,
): Promise<TriggerReview> {
  const tags = new TriggerTags(subject, around);
  const write = writeOf(subject, request, around, tags, scope);
  let admission = admitTriggers(write);
  let open = missing(admission, tags);
  while (open.length > 0) {
    await tags.ask(open);
    admission = admitTriggers(write);
    open = missing(admission, tags);
  }
  const waited = await firstImported(write, subject, tags, around);
  return reviewOf(waited ? admitTriggers(write) : admission, scope, waited, isMadeAnew(write));
}

/**
 * A workload is often applied in one go with the stream that it follows: it waits for the tags to be imported, so that it need
 * not roll out a second time. Gives whether it did.
 */
async function firstImported(
  { old, sent }: TriggerWrite,
  subject: Subject,
  tags: TriggerTags,
  { firstImports, streams }: Surroundings,
): Promise<boolean> {
  if (firstImports === undefined || streams.importing !== true || old !== undefined) return false;
  const active = [...sent.triggers.values()].flat().filter(({ paused }) => !paused);
  const pending = tags.pending(active);
  if (pending.length === 0 || subject.dryRun || isLarge(subject)) return false;
  await firstImports.wait(subject.namespace, pending);
  tags.believeMemory(pending);
  return true;
}

function missing({ ask }: TriggerAdmission, tags: TriggerTags): readonly Trigger[] {
  return ask.filter((trigger) => !tags.wasAsked(trigger));
}

function writeOf(
  subject: Subject,
  request: AdmissionRequest,
  { settings, now = Date.now }: Surroundings,
  tags: TriggerTags,
  { resolveAll }: ImagesInScope,
): TriggerWrite {
  const { kind, object, namespace, name } = subject;
  // nobody looks at the annotations of an owned object, so they say nothing once it is owned no more
  const old = subject.old !== undefined && isControlled(subject.old) ? bare(subject.old) : subject.old;
  const writer = triggerWriterOf(request, settings);
  const believed = old ?? (writer.kind === 'Controller' ? object : undefined);
  return {
    sent: triggerStateOf(kind, object, namespace),
    old: old === undefined ? undefined : triggerStateOf(kind, old, namespace),
    writer,
    origins: { old: believed === undefined ? new Map() : originsIn(believed), sent: originsIn(object) },
    applied: appliedImages(subject),
    tag: (trigger) => tags.now(trigger),
    names: (image, trigger) => names(image, trigger, resolveAll, settings.integratedRegistry),
    fixed: (container) => unchangeable(kind, { restarts: restarts(subject) }, container) !== undefined,
    clock: clockAt(now()),
    target: `${kind.resource}/${name} --namespace=${namespace}`,
  };
}

function bare(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, annotations: null } };
}

/** Images by container in the manifest that `kubectl apply` sent before this request, as it remembers them. */
function appliedImages({ kind, old }: Subject): ReadonlyMap<string, string> {
  const text = annotationText(old, lastAppliedAnnotation);
  if (text === undefined) return new Map();
  try {
    const places = imagesOf(kind, JSON.parse(text) as KubernetesObject);
    return new Map(places.filter(isContainer).map(({ name, image }) => [name, image]));
  } catch {
    return new Map();
  }
}

function isContainer({ list }: { readonly list: string }): boolean {
  return list === 'containers' || list === 'initContainers';
}

/** The tag's own name stands for it; for a tag of another namespace only the whole name in the integrated registry does. */
function names(image: string, trigger: Trigger, resolveAll: boolean, integratedRegistry: string): boolean {
  const { crossNamespace, namespace, stream, tag } = trigger;
  const reading = readImage(image, namespace, resolveAll && !crossNamespace, integratedRegistry);
  if (reading.kind !== 'Tag' || (crossNamespace && reading.short)) return false;
  return reading.stream === stream && reading.tag === tag;
}

function restarts({ kind, object }: Subject): boolean {
  return (valueAt(object, [...kind.podSpecPath, 'restartPolicy']) ?? 'Always') === 'Always';
}

/** The API server lets no request take longer. */
const longestRequestMs = 60_000;

function clockAt(now: number) {
  return {
    time: metaTime(now),
    from: metaTime(now - longestRequestMs),
    until: metaTime(now + longestRequestMs),
  };
}

function reviewOf(
  admission: TriggerAdmission,
  { places }: ImagesInScope,
  waited: boolean,
  believed: boolean,
): TriggerReview {
  const { images, origins, held, status, notices, decisions } = admission;
  const containers = places.filter(isContainer);
  return {
    rewrites: Array.from(images).flatMap(([name, pullSpec]) => {
      const place = containers.find((each) => each.name === name);
      return place === undefined ? [] : [{ place, pullSpec }];
    }),
    origins,
    warnings: notices.map(({ message }) => message),
    decisions,
    waited,
    believed,
    annotations: (resolved) =>
      new Map([
        [triggerStatusAnnotation, status],
        [heldAnnotation, encodeHeld(heldAsStored(held, resolved))],
      ]),
  };
}

/** An image that was set by name is held as what the name gave. */
function heldAsStored(
  held: ReadonlyMap<string, HeldEntry>,
  resolved: readonly Rewrite[],
): ReadonlyMap<string, HeldEntry> {
  const entries = Array.from(held, ([container, hold]) => {
    const rewrite = resolved.find(
      ({ place }) => isContainer(place) && place.name === container && place.image === hold.image,
    );
    return [container, rewrite === undefined ? hold : { ...hold, image: rewrite.pullSpec }] as const;
  });
  return new Map(entries);
}
