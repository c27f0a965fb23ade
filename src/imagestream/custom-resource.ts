import { tagsAnnotation, updatedAnnotation } from './annotations.ts';
import { imageStreamSchema, storedImageStreamSchema } from './schema.ts';
import { storedVersion } from './stored-version.ts';
import { imageStreamGroup } from './types.ts';

/** What `kubectl get is` prints, beside the name; priority 1 only with `-o wide`. */
const printerColumns = [
  {
    name: 'Tags',
    type: 'string',
    jsonPath: annotationPath(tagsAnnotation),
    description: 'Tags that have an image, newest first.',
  },
  {
    name: 'Updated',
    type: 'date',
    jsonPath: annotationPath(updatedAnnotation),
    description: 'When a tag last came to point to another image.',
  },
  {
    name: 'Local',
    type: 'boolean',
    jsonPath: '.spec.lookupPolicy.local',
    description: 'May workloads of the namespace name this stream instead of a pull spec?',
  },
  {
    name: 'Image Repository',
    type: 'string',
    priority: 1,
    jsonPath: '.status.dockerImageRepository',
    description: "Where the stream's images can be pulled.",
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
] as const;

/**
 * The CustomResourceDefinition of ImageStream: `v1` for users, with the status subresource; `v1stored` for storage, without
 * (architecture decision 2).
 */
export const imageStreamCustomResource = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `imagestreams.${imageStreamGroup}` },
  spec: {
    group: imageStreamGroup,
    scope: 'Namespaced',
    names: {
      kind: 'ImageStream',
      listKind: 'ImageStreamList',
      plural: 'imagestreams',
      singular: 'imagestream',
      shortNames: ['is'],
      categories: ['all'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: false,
        subresources: { status: {} },
        additionalPrinterColumns: printerColumns,
        // image-streams.md §0
        selectableFields: [
          { jsonPath: '.spec.dockerImageRepository' },
          { jsonPath: '.status.dockerImageRepository' },
        ],
        schema: { openAPIV3Schema: imageStreamSchema },
      },
      {
        name: storedVersion,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: storedImageStreamSchema },
      },
    ],
  },
} as const;

function annotationPath(annotation: string): string {
  return `.metadata.annotations.${annotation.replaceAll('.', '\\.')}`;
}
