import { imageStreamSpecSchema } from './spec-schema.ts';
import { imageStreamStatusSchema } from './status-schema.ts';
import { constant, generation, nullable, object, type Schema, text, texts, time } from './typed-schema.ts';

export type { Schema } from './typed-schema.ts';

const spec = nullable(imageStreamSpecSchema);
const status = nullable(imageStreamStatusSchema);

/** What this project reads of `metadata`; the API server knows the rest, and checks all of it. */
export const imageStreamMetadataSchema = object('Metadata of the object.', {
  name: text('Name.'),
  generateName: text('Beginning of the name of an object that has none yet.'),
  namespace: text('Namespace.'),
  generation: generation('Counts changes of the object.'),
  resourceVersion: text('The state that was read.'),
  uid: text('Tells it from others of its name.'),
  creationTimestamp: time('Since when there is the object.'),
  labels: nullable(texts('Labels.')),
  annotations: nullable(texts('Annotations.')),
});

/** The whole object as it is on the wire: what types and runtime check are made of. */
export const imageStreamObjectSchema = object(
  'An ImageStream.',
  {
    apiVersion: text('image.openshift.io and a version.'),
    kind: constant('ImageStream'),
    metadata: imageStreamMetadataSchema,
    spec,
    status,
  },
  ['apiVersion', 'kind', 'metadata'],
);

/**
 * Structural schema of an ImageStream for its CustomResourceDefinition, after image-streams.md §1.1: nothing that OpenShift's objects
 * contain is pruned. A CustomResourceDefinition may not describe `metadata`.
 */
export const imageStreamSchema: Schema = {
  type: 'object',
  description:
    'A named place for the images of one application. For each tag it says where the image comes from (spec.tags) and remembers, as digests, which images the tag pointed to (status.tags). Workloads name STREAM:TAG and get the digest.',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec,
    status,
  },
};

/**
 * The same for the version in which the controller writes. It differs, if only in words: the API server folds equal schemas of
 * several versions into one, and then refuses their selectable fields.
 */
export const storedImageStreamSchema: Schema = {
  ...imageStreamSchema,
  description: 'An ImageStream as it is stored. Only the controller writes this version; use v1.',
};
