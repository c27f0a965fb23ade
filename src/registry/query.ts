/** Which image of an index is meant; empty fields leave it to the default, `linux` and `amd64`. */
export interface Platform {
  readonly architecture: string;
  readonly os: string;
}

/** What a tag asks of a registry. */
export interface ImageQuery {
  /** As written: `nginx`, `quay.io/team/app:1`, `quay.io/team/app@sha256:…`. */
  readonly pullSpec: string;
  /** Takes any certificate, and plain HTTP where HTTPS does not work. */
  readonly insecure: boolean;
  /** An index is recorded as it is (`PreserveOriginal`), or one image of it (`Legacy`). */
  readonly mode: 'PreserveOriginal' | 'Legacy';
  readonly platform: Platform;
  /** The digest that the caller has already, or empty; while it is still the one, nothing is downloaded. */
  readonly known: string;
}

/** What a tag points to. */
export interface FoundImage {
  /** `sha256:…` */
  readonly image: string;
  /** The repository as written, `@`, and the digest. */
  readonly reference: string;
}

/** How a repository's tags are listed. */
export interface TagsQuery {
  readonly insecure: boolean;
  /** Tags beyond this many are not read. */
  readonly most: number;
}
