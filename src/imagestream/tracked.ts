import { followsFromStreams } from './import-failure.ts';
import { isSameStream, nameOf, tagSource } from './tag-source.ts';
import { importSuccess, isUnanswered } from './tag-status.ts';
import type { ImageStream, NamedTagEventList, TagEvent, TagEventCondition, TagReference } from './types.ts';

/** Annotations that decide something; other people's may be large. */
const known = /^(?:imagestreams\.io|openshift\.io|(?:[a-z]+\.)?image\.openshift\.io)\//;

/**
 * What the controller keeps of a stream in memory: the spec, the newest entry of each history, conditions without messages of registries.
 * Asking it for due imports gives what the whole stream gives; settling it changes something whenever settling the whole stream does,
 * and now and then when that does not, as a failure said again, or a stream that is full. Only what is stored may be written. Histories stay whole while a tag looks for an image in them.
 */
export function trackedStream(stream: ImageStream): ImageStream {
  const { apiVersion, kind, metadata, spec, status } = stream;
  const { name, namespace, generation, resourceVersion, uid } = metadata;
  const annotations = ours(metadata.annotations);
  const whole = searchesHistory(stream);
  return {
    apiVersion,
    kind,
    metadata: present({ name, namespace, generation, resourceVersion, uid, annotations }),
    spec: present({
      lookupPolicy: spec?.lookupPolicy,
      dockerImageRepository: spec?.dockerImageRepository || undefined,
      tags: spec?.tags?.map(trackedTag),
    }),
    status: present({
      dockerImageRepository: status?.dockerImageRepository || undefined,
      publicDockerImageRepository: status?.publicDockerImageRepository || undefined,
      tags: status?.tags?.map((list) => trackedList(list, whole)),
    }),
  };
}

function trackedTag({
  name,
  annotations,
  from,
  reference,
  generation,
  importPolicy,
  referencePolicy,
}: TagReference) {
  const { kind, name: source, namespace } = from ?? {};
  return present({
    name,
    annotations: ours(annotations),
    from: from ? present({ kind, name: source, namespace }) : undefined,
    reference: reference || undefined,
    generation,
    importPolicy,
    referencePolicy,
  });
}

function trackedList({ tag, items, conditions }: NamedTagEventList, whole: boolean): NamedTagEventList {
  const kept = (whole ? items : items?.slice(0, 1))?.map(trackedEvent);
  const failing = conditions?.filter(({ type }) => type === importSuccess).map(trackedCondition);
  return present({
    tag,
    items: kept?.length ? kept : undefined,
    conditions: failing?.length ? failing : undefined,
  });
}

function trackedEvent({ created, dockerImageReference, image, generation }: TagEvent): TagEvent {
  return present({ created, dockerImageReference, image, generation });
}

function trackedCondition(condition: TagEventCondition): TagEventCondition {
  const { type, status, lastTransitionTime, reason, generation } = condition;
  // a failure that is found anew each time must be known whole, to see that it is the same
  const message = followsFromStreams(reason ?? '') ? condition.message : undefined;
  return present({ type, status, lastTransitionTime, reason, message, generation });
}

/** Does a tag wait for an image that may lie deep in the stream's own history? */
function searchesHistory(stream: ImageStream): boolean {
  const name = nameOf(stream);
  return (stream.spec?.tags ?? []).some((tag) => {
    const source = tagSource(tag, name);
    if (source.kind !== 'StreamImage' || !isSameStream(source, name)) return false;
    return isUnanswered(
      tag,
      stream.status?.tags?.find((list) => list.tag === tag.name),
    );
  });
}

function ours(annotations: Readonly<Record<string, string>> | null | undefined) {
  const kept = Object.entries(annotations ?? {}).filter(([key]) => known.test(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys that have no value; these cost memory, too. */
function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null),
  ) as Present<T>;
}
