import { type ImageReference, parseReference } from '../reference/index.ts';

/** What is known about an image from its metadata. */
export interface ImageMetadata {
  readonly labels: Readonly<Record<string, string>>;
  /** Those of the image, overlaid with those of the tag it was found by (image-policy.md §6.5). */
  readonly annotations: Readonly<Record<string, string>>;
  /** Labels inside the image's own configuration; absent when that is missing or cannot be read. */
  readonly dockerLabels?: Readonly<Record<string, string>>;
}

/** One image as the execution rules see it. */
export interface ImageAttributes {
  /** The resolved name where resolving succeeded (rewritten or not), else the written one. */
  readonly name: ImageReference;
  /** Absent where the image was not resolved or its metadata are not collected. */
  readonly image?: ImageMetadata;
  /** Execution rules that the namespace switches off; see `excludedRules`. */
  readonly excludedRules?: ReadonlySet<string>;
}

const nameless: ImageReference = { registry: '', namespace: '', name: '', tag: '', id: '' };

/** The name in an image string that was not resolved; all parts are empty where it is no valid reference. */
export function writtenName(image: string): ImageReference {
  const parsed = parseReference(image);
  return parsed.ok ? parsed.reference : nameless;
}
