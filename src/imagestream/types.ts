/**
 * ImageStream of `image.openshift.io/v1` as it is on the wire (image-streams.md §1.1). OpenShift serialises unset
 * `annotations`, `generation` and `items` as null, so null and absent are the same everywhere.
 */
export interface ImageStream {
  readonly apiVersion: string;
  readonly kind: 'ImageStream';
  readonly metadata: ImageStreamMetadata;
  readonly spec?: ImageStreamSpec | null;
  readonly status?: ImageStreamStatus | null;
}

export interface ImageStreamMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly generation?: number | null;
  readonly resourceVersion?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
}

export interface ImageStreamSpec {
  readonly lookupPolicy?: { readonly local?: boolean } | null;
  readonly dockerImageRepository?: string;
  readonly tags?: readonly TagReference[] | null;
}

export interface TagReference {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>> | null;
  readonly from?: ObjectReference | null;
  /** True: the tag only records `from`; nothing is imported. */
  readonly reference?: boolean;
  readonly generation?: number | null;
  readonly importPolicy?: TagImportPolicy | null;
  readonly referencePolicy?: { readonly type?: ReferencePolicyType } | null;
}

/** Which pull spec users of the tag get: the imported one, or the stream's own repository. */
export type ReferencePolicyType = 'Source' | 'Local';

export interface TagImportPolicy {
  readonly insecure?: boolean;
  readonly scheduled?: boolean;
  readonly importMode?: '' | 'Legacy' | 'PreserveOriginal';
}

export interface ObjectReference {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface ImageStreamStatus {
  readonly dockerImageRepository?: string;
  readonly publicDockerImageRepository?: string;
  readonly tags?: readonly NamedTagEventList[] | null;
}

export interface NamedTagEventList {
  readonly tag: string;
  /** Newest first. */
  readonly items?: readonly TagEvent[] | null;
  readonly conditions?: readonly TagEventCondition[] | null;
}

export interface TagEvent {
  /** RFC 3339. */
  readonly created?: string | null;
  readonly dockerImageReference?: string;
  /** The digest; empty for a tag that only records a reference. */
  readonly image?: string;
  readonly generation?: number | null;
}

export interface TagEventCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
  readonly generation?: number | null;
}

export const imageStreamGroup = 'image.openshift.io';
