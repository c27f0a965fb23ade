/** One usable trigger: follow this image stream tag in that container. */
export interface Trigger {
  /** Position in the annotation's array. */
  readonly entry: number;
  /** Of the image stream; the workload's own when the trigger names none. */
  readonly namespace: string;
  /** The stream lies in another namespace, so the workload's service account must be allowed to pull from there. */
  readonly crossNamespace: boolean;
  readonly stream: string;
  readonly tag: string;
  readonly paused: boolean;
  readonly container: TriggerContainer;
  /** JSON Pointer (RFC 6901) to the container's image string; the string itself may be absent. */
  readonly pointer: string;
  /** The image that stands there now; empty when absent. */
  readonly image: string;
  /** As written. */
  readonly fieldPath: string;
}

export interface TriggerContainer {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string;
}

/** The lists that triggers reach; ephemeral containers and image volumes are none of them. */
export type ContainerList = 'initContainers' | 'containers';
