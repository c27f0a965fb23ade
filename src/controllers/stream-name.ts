/** Names one stream of the cluster. */
export interface StreamName {
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name` */
  readonly key: string;
}

export function streamName(key: string): StreamName {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1), key };
}
