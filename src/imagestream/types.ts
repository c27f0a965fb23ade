import type { imageStreamMetadataSchema, imageStreamObjectSchema } from './schema.ts';
import type {
  imageStreamSpecSchema,
  objectReferenceSchema,
  tagImportPolicySchema,
  tagReferenceSchema,
} from './spec-schema.ts';
import type {
  imageStreamStatusSchema,
  namedTagEventListSchema,
  tagEventConditionSchema,
  tagEventSchema,
} from './status-schema.ts';
import type { TypeOf } from './typed-schema.ts';

/**
 * ImageStream of `image.openshift.io/v1` as it is on the wire (image-streams.md §1.1); the schema describes each field.
 * OpenShift serialises unset `annotations`, `generation` and `items` as null, so null and absent are the same everywhere.
 */
export interface ImageStream extends Omit<TypeOf<typeof imageStreamObjectSchema>, 'metadata'> {
  readonly metadata: ImageStreamMetadata;
}

export interface ImageStreamMetadata extends TypeOf<typeof imageStreamMetadataSchema> {
  /** Missing only while an object with `generateName` is being created. */
  readonly name: string;
}

export type ImageStreamSpec = TypeOf<typeof imageStreamSpecSchema>;

export type TagReference = TypeOf<typeof tagReferenceSchema>;

/** Which pull spec users of the tag get: the imported one, or the stream's own repository. */
export type ReferencePolicyType = 'Source' | 'Local';

export type TagImportPolicy = TypeOf<typeof tagImportPolicySchema>;

export type ObjectReference = TypeOf<typeof objectReferenceSchema>;

export type ImageStreamStatus = TypeOf<typeof imageStreamStatusSchema>;

export type NamedTagEventList = TypeOf<typeof namedTagEventListSchema>;

export type TagEvent = TypeOf<typeof tagEventSchema>;

export type TagEventCondition = TypeOf<typeof tagEventConditionSchema>;

export const imageStreamGroup = 'image.openshift.io';
