import type { JsonObject } from './json.ts';

/** Which object is meant; fields as in Kubernetes. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Without it `kubectl describe` does not show the Event. */
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly fieldPath?: string | undefined;
}

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  /** Why, one word in CamelCase, such as `ImportFailed`; at most 128 bytes are kept. */
  readonly reason: string;
  /** What was done or tried, one word in CamelCase, such as `Import`; at most 128 bytes are kept. */
  readonly action: string;
  /** A sentence for a person; at most 1024 bytes are kept, with an ellipsis at the end. */
  readonly note: string;
}

/** Who reports an Event. */
export interface Reporter {
  /** A qualified name, such as `imagestreams.io/controller`. */
  readonly reportingController: string;
  /** One process of it, such as the pod's name; at most 128 bytes are kept. */
  readonly reportingInstance: string;
}

// limits of the API server, in bytes
const mostWordBytes = 128;
const mostNoteBytes = 1_024;

/** Where the Event of an object is kept: beside it, or in `default` when it has no namespace. */
export function eventNamespace({ namespace }: ObjectReference): string {
  return namespace || 'default';
}

/** The Event as `events.k8s.io/v1` takes it. */
export function eventObject(event: ObjectEvent, reporter: Reporter, name: string, time: string): JsonObject {
  const { regarding, type, reason, action, note } = event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace: eventNamespace(regarding), name },
    eventTime: time,
    reportingController: reporter.reportingController,
    reportingInstance: shortened(reporter.reportingInstance, mostWordBytes, ''),
    regarding,
    type,
    reason: shortened(reason, mostWordBytes, ''),
    action: shortened(action, mostWordBytes, ''),
    note: shortened(note, mostNoteBytes, '…'),
  };
}

/** Equal for all objects that are the same one. */
export function regardingIdentity({ kind, namespace, name, uid }: ObjectReference): string {
  return JSON.stringify([kind, namespace, name, uid]);
}

/** Equal for events that are one another's repetition. */
export function eventIdentity({ regarding, type, reason, action, note }: ObjectEvent): string {
  return JSON.stringify([regardingIdentity(regarding), regarding.fieldPath, type, reason, action, note]);
}

/** Cut to so many bytes of UTF-8 without splitting a character. */
function shortened(text: string, mostBytes: number, ellipsis: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  let end = mostBytes - Buffer.byteLength(ellipsis);
  while (isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end) + ellipsis;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
