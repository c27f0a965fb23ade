import { atomicList, generation, mapList, nullable, object, text, time } from './typed-schema.ts';

export const tagEventSchema = object('An image, and when the tag came to point to it.', {
  created: time('When the tag came to point to it.'),
  dockerImageReference: text('Its pull spec, such as quay.io/keycloak/keycloak@sha256:DIGEST.'),
  image: text(
    'Its digest. Empty for a tag that only records its source (reference: true), which cannot be resolved.',
  ),
  generation: generation('The generation of the tag that led to it.'),
});

export const tagEventConditionSchema = object(
  'A finding, and since when it holds.',
  {
    type: text('What it is about: ImportSuccess.'),
    status: text(
      'True, False or Unknown. ImportSuccess is False while the import fails, and not there when it succeeds.',
    ),
    lastTransitionTime: time('Since when.'),
    reason: text('Why, in one word, such as NotFound or Unauthorized.'),
    message: text('Why, in a sentence for people.'),
    generation: generation('The generation of the tag that was tried.'),
  },
  ['type', 'status'],
);

export const namedTagEventListSchema = object(
  'A tag: what it points to, what it pointed to before, and whether its import fails.',
  {
    tag: text('Name of the tag.'),
    items: nullable(
      atomicList(
        'The images that the tag pointed to, newest first: the first is what it means now.',
        tagEventSchema,
      ),
    ),
    conditions: nullable(
      mapList('Whether the last import failed, and why.', 'type', tagEventConditionSchema),
    ),
  },
  ['tag'],
);

export const imageStreamStatusSchema = object(
  'What each tag points to, and what it pointed to before. Written by the controller.',
  {
    dockerImageRepository: text(
      "Where the stream's images can be pulled: its repository in the cluster's registry if there is one, spec.dockerImageRepository if not.",
    ),
    publicDockerImageRepository: text("Its repository in the cluster's registry, as reached from outside."),
    tags: nullable(mapList('History and state of each tag.', 'tag', namedTagEventListSchema)),
  },
);
