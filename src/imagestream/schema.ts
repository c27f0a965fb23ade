/** OpenAPI v3 as a structural schema takes it. */
export interface Schema {
  readonly type: string;
  readonly [keyword: string]: unknown;
}

const text = (description: string): Schema => ({ type: 'string', description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
// OpenShift serialises what is unset as null, and server-side apply refuses a null where the schema has none
const generation = (description: string): Schema => ({
  type: 'integer',
  format: 'int64',
  nullable: true,
  description,
});
const time = (description: string): Schema => ({
  type: 'string',
  format: 'date-time',
  nullable: true,
  description,
});
const strings = (description: string): Schema => ({
  type: 'object',
  nullable: true,
  additionalProperties: { type: 'string' },
  description,
});
const object = (description: string, properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  description,
  properties,
});
const namedList = (
  description: string,
  key: string,
  properties: Readonly<Record<string, Schema>>,
): Schema => ({
  type: 'array',
  nullable: true,
  description,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
  items: { type: 'object', required: [key], properties },
});

const tagReference: Readonly<Record<string, Schema>> = {
  name: text('Name of the tag.'),
  annotations: strings('Annotations of the images this tag points to.'),
  from: {
    type: 'object',
    nullable: true,
    description: 'Where the tag comes from.',
    properties: {
      kind: text('DockerImage, ImageStreamTag or ImageStreamImage.'),
      name: text('A pull spec, TAG or STREAM:TAG, ID or STREAM@ID, after the kind.'),
      namespace: text('Namespace of the image stream; the own one when absent.'),
      apiVersion: text('Not used.'),
      uid: text('Not used.'),
      resourceVersion: text('Not used.'),
      fieldPath: text('Not used.'),
    },
  },
  reference: flag('True: only record the source, never import it.'),
  generation: generation('Counts the changes of this tag; 0 asks to import it again.'),
  importPolicy: object('How the tag is imported.', {
    insecure: flag('Allow plain HTTP and certificates that do not verify.'),
    scheduled: flag('Import again periodically.'),
    importMode: text('Legacy: one platform of an index. PreserveOriginal: the index itself.'),
  }),
  referencePolicy: object('Which pull spec users of the tag get.', {
    type: text("Source: the imported one. Local: the stream's own repository."),
  }),
};

const tagEvents: Readonly<Record<string, Schema>> = {
  tag: text('Name of the tag.'),
  items: {
    type: 'array',
    nullable: true,
    description: 'What the tag pointed to, newest first.',
    'x-kubernetes-list-type': 'atomic',
    items: object('One image that the tag pointed to.', {
      created: time('Since when.'),
      dockerImageReference: text('Pull spec of the image.'),
      image: text('Digest of the image; empty when only a reference was recorded.'),
      generation: generation('Generation of the tag that led to it.'),
    }),
  },
  conditions: {
    type: 'array',
    nullable: true,
    description: 'State of the import.',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
    items: {
      type: 'object',
      required: ['type', 'status'],
      properties: {
        type: text('ImportSuccess.'),
        status: text('True, False or Unknown.'),
        lastTransitionTime: time('Since when.'),
        reason: text('One word for machines.'),
        message: text('One sentence for people.'),
        generation: generation('Generation of the tag that was tried.'),
      },
    },
  },
};

/** Structural schema of an ImageStream, after image-streams.md §1.1. Nothing that OpenShift's objects contain is pruned. */
export const imageStreamSchema: Schema = {
  type: 'object',
  description: 'Records, tag by tag, which images a repository pointed to, and lets workloads name the tag.',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      nullable: true,
      description: 'What each tag should point to.',
      properties: {
        lookupPolicy: object('Who may name this stream.', {
          local: flag('Workloads of the namespace may write STREAM:TAG as their image.'),
        }),
        dockerImageRepository: text('A repository whose tags are all imported; without tag or digest.'),
        tags: namedList('The tags.', 'name', tagReference),
      },
    },
    status: {
      type: 'object',
      nullable: true,
      description: 'What each tag points to.',
      properties: {
        dockerImageRepository: text(
          "The stream's own repository in the cluster's registry, if there is one.",
        ),
        publicDockerImageRepository: text('The same, as it is reached from outside.'),
        tags: namedList('History and import state of the tags.', 'tag', tagEvents),
      },
    },
  },
};
