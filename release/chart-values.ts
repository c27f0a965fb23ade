import { parseDocument, stringify } from 'yaml';

/** An image by its digest. */
export interface ReleasedImage {
  /** `HOST[:PORT]` */
  readonly registry: string;
  readonly repository: string;
  /** `sha256:…` */
  readonly digest: string;
}

/** @throws Error unless it is `REGISTRY/REPOSITORY@sha256:…` */
export function releasedImage(text: string): ReleasedImage {
  const [, registry, repository, digest] = /^([^/@]+)\/([^@]+)@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  if (registry === undefined || repository === undefined || digest === undefined) {
    throw new Error(`"${text}" is no image by digest; write REGISTRY/REPOSITORY@sha256:…`);
  }
  return { registry, repository, digest };
}

/** The chart's values with that image; everything else, comments included, stays as it is. */
export function valuesWithImage(text: string, image: ReleasedImage): string {
  const document = parseDocument(text);
  for (const [field, value] of Object.entries(image)) document.setIn(['image', field], value);
  return document.toString({ lineWidth: 0 });
}

/** The chart's metadata, in which Artifact Hub is told that image. */
export function metadataWithImage(text: string, { registry, repository, digest }: ReleasedImage): string {
  const document = parseDocument(text);
  const images = stringify([{ name: 'imagestreams', image: `${registry}/${repository}@${digest}` }]);
  document.setIn(['annotations', 'artifacthub.io/images'], images);
  return document.toString({ lineWidth: 0 });
}

/** What `helm push` says it pushed. @throws Error when it names no digest */
export function pushedDigest(said: string): string {
  const [digest] = /sha256:[0-9a-f]{64}/.exec(said) ?? [];
  if (digest === undefined) throw new Error(`helm push named no digest: ${said.trim()}`);
  return digest;
}
