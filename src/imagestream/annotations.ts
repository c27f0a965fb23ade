/** On a stream: JSON list of tags that left the spec and still have a history, which the controller drops. */
export const removedTagsAnnotation = 'imagestreams.io/removed-tags';

/** On a stream: JSON `{tag: {image, seen}}`, what waits for {@link minimumAgeAnnotation}; `seen` is RFC 3339. */
export const candidatesAnnotation = 'imagestreams.io/candidates';

/** On a stream, for the printer column TAGS: names, newest first, joined by commas. */
export const tagsAnnotation = 'imagestreams.io/tags';

/** On a stream, for the printer column UPDATED: when its newest history entry was made, RFC 3339. */
export const updatedAnnotation = 'imagestreams.io/updated';

/** All annotations of the project's own begin so. */
export const ownAnnotationPrefix = 'imagestreams.io/';

/** On a tag of the spec: how often a scheduled tag is imported, as a duration (`5m`, `6h`). */
export const intervalAnnotation = 'imagestreams.io/interval';

/** On a tag of the spec: how long a new image must have been seen before the tag moves to it, as a duration. */
export const minimumAgeAnnotation = 'imagestreams.io/min-age';

/** On a tag of the spec that comes from another stream: `true` keeps following it. */
export const followAnnotation = 'imagestreams.io/follow';

/** On a tag of the spec: architecture to choose from an index (image-streams.md §5.2). */
export const preferredArchitectureAnnotation = 'importer.image.openshift.io/prefer-arch';

/** On a tag of the spec: operating system to choose from an index (image-streams.md §5.2). */
export const preferredSystemAnnotation = 'importer.image.openshift.io/prefer-os';

/** On a stream: when `spec.dockerImageRepository` was imported; to remove it asks for another import (image-streams.md §6.1). */
export const repositoryCheckAnnotation = 'openshift.io/image.dockerRepositoryCheck';

/** On a stream: `true` allows plain HTTP and certificates that do not verify for `spec.dockerImageRepository`. */
export const insecureRepositoryAnnotation = 'openshift.io/image.insecureRepository';

/** On a Secret: `true` keeps its credentials out of imports (image-streams.md §4.12). */
export const excludeSecretAnnotation = 'openshift.io/image.excludeSecret';

/** On any object: the manifest that `kubectl apply` (client-side) sent last, as JSON. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
