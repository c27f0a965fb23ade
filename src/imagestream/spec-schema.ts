import {
  atomic,
  defaulting,
  flag,
  generation,
  mapList,
  nullable,
  object,
  text,
  texts,
  word,
} from './typed-schema.ts';

export const objectReferenceSchema = object(
  'Where the tag comes from. Without it nothing is imported, and the tag has the images that are pushed to it.',
  {
    kind: text(
      'What name means. DockerImage: a pull spec in a registry. ImageStreamTag: a tag of an image stream. ImageStreamImage: an image in the history of an image stream.',
    ),
    name: text(
      'DockerImage: a pull spec as for docker pull, such as quay.io/keycloak/keycloak:20.0.2 or one with @sha256:DIGEST. ImageStreamTag: TAG of this stream, which then follows it, or STREAM:TAG. ImageStreamImage: DIGEST in this stream, or STREAM@DIGEST; a prefix of the digest will do.',
    ),
    namespace: text(
      "Namespace of the image stream that name names; this stream's own if absent. For another one you need the right to get imagestreams/layers there.",
    ),
    apiVersion: text('Kept for compatibility; not used.'),
    uid: text('Kept for compatibility; not used.'),
    resourceVersion: text('Kept for compatibility; not used.'),
    fieldPath: text('Kept for compatibility; not used.'),
  },
);

export const tagImportPolicySchema = object('How the image is imported, for tags from a registry.', {
  insecure: flag(
    'True: plain HTTP and certificates that do not verify are accepted from this registry. For tests, and for networks that you trust.',
  ),
  scheduled: flag(
    'True: look again periodically whether the source has a new image, every 15 minutes unless the cluster, or the annotation imagestreams.io/interval of this tag, says otherwise. False: import once, and when asked.',
  ),
  importMode: word<'' | 'Legacy' | 'PreserveOriginal'>(
    'What is recorded of an image for several platforms. PreserveOriginal: its index, so that each node takes its own platform. Legacy: the image of one platform, linux/amd64 unless annotations of the tag choose another. Set to the default of the cluster when empty.',
  ),
});

const referencePolicySchema = object('Which pull spec the users of the tag get.', {
  type: word<'' | 'Source' | 'Local'>(
    "Source: that of the registry the image came from. Local: that of the stream's own repository in the cluster's registry, where there is one. Source when empty.",
  ),
});

export const tagReferenceSchema = object(
  'A tag: its name, where its image comes from, and how it gets here.',
  {
    name: text(
      "Name of the tag, such as latest or 20.0.2: a letter, digit or _, then up to 127 of those, '.' and '-'.",
    ),
    annotations: nullable(
      texts(
        'Annotations of the tag. imagestreams.io/interval (5m, 6h): how often a scheduled tag is imported. imagestreams.io/min-age: how long a new image must have been seen before the tag moves to it. imagestreams.io/follow ("true"): keep following a tag of another stream. importer.image.openshift.io/prefer-arch and prefer-os: the platform to take in mode Legacy. Others are for people and consoles.',
      ),
    ),
    from: nullable(atomic(objectReferenceSchema)),
    reference: flag(
      'True: the source is recorded as it is written and never imported, so the tag has no digest. False: the source is imported.',
    ),
    generation: nullable(
      generation(
        'Counts what was asked of this tag. Set for you; write 0 to import the tag again. The tag is up to date when its newest entry in status.tags has this generation or a higher one.',
      ),
    ),
    importPolicy: nullable(tagImportPolicySchema),
    referencePolicy: nullable(referencePolicySchema),
  },
  ['name'],
);

const lookupPolicySchema = object('Who may name this stream instead of a pull spec.', {
  local: defaulting(
    flag(
      'True: workloads of this namespace that write STREAM or STREAM:TAG as their image get the image of that tag. False: such names are left alone, and mean what they mean to the container engine.',
    ),
    false,
  ),
});

export const imageStreamSpecSchema = object('What each tag should point to. You write this.', {
  lookupPolicy: nullable(defaulting(lookupPolicySchema, {})),
  dockerImageRepository: text(
    'A repository in a registry whose tags are all imported, such as quay.io/keycloak/keycloak; without tag and digest. Prefer to list the tags that you use.',
  ),
  tags: nullable(mapList('The tags of the stream.', 'name', tagReferenceSchema)),
});
