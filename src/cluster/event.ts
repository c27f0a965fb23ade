/** Which object is meant; fields as in Kubernetes. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
  /** Without it `kubectl describe` does not show the Event. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  /** Why, one word in CamelCase, such as `ImportFailed`; at most 128 bytes are kept. */
  readonly reason: string;
  /** What was done or tried, one word in CamelCase, such as `Import`; at most 128 bytes are kept. */
  readonly action: string;
  /** A sentence for a person; beyond 1024 bytes it ends in an ellipsis. */
  readonly note: string;
}
