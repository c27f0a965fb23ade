import { describe, expect, it } from '@jest/globals';
import { imageStreamCustomResource, imageStreamSchema, type Schema } from '../../src/imagestream/index.ts';

/** Every schema below one, with its path; list entries are `[]`, map values `{}`. */
function* below(schema: Schema, path = ''): Generator<readonly [string, Schema]> {
  yield [path, schema];
  const {
    properties = {},
    items,
    additionalProperties,
  } = schema as Schema & {
    properties?: Readonly<Record<string, Schema>>;
    items?: Schema;
    additionalProperties?: Schema;
  };
  for (const [key, each] of Object.entries(properties)) yield* below(each, `${path}.${key}`);
  if (items !== undefined) yield* below(items, `${path}[]`);
  if (additionalProperties !== undefined) yield* below(additionalProperties, `${path}{}`);
}

const schemas = new Map(below(imageStreamSchema));

function pathsOf(keyword: string): readonly string[] {
  return [...schemas].flatMap(([path, schema]) => (schema[keyword] === undefined ? [] : [path])).sort();
}

describe('the schema of ImageStream', () => {
  // image-streams.md §1.1
  it('has the fields of the original and no others', () => {
    const leaves = [...schemas].flatMap(([path, { type }]) =>
      ['object', 'array'].includes(type) || path.endsWith('{}') ? [] : [path],
    );
    expect(leaves).toEqual([
      '.apiVersion',
      '.kind',
      '.spec.lookupPolicy.local',
      '.spec.dockerImageRepository',
      '.spec.tags[].name',
      ...['kind', 'name', 'namespace', 'apiVersion', 'uid', 'resourceVersion', 'fieldPath'].map(
        (field) => `.spec.tags[].from.${field}`,
      ),
      '.spec.tags[].reference',
      '.spec.tags[].generation',
      '.spec.tags[].importPolicy.insecure',
      '.spec.tags[].importPolicy.scheduled',
      '.spec.tags[].importPolicy.importMode',
      '.spec.tags[].referencePolicy.type',
      '.status.dockerImageRepository',
      '.status.publicDockerImageRepository',
      '.status.tags[].tag',
      ...['created', 'dockerImageReference', 'image', 'generation'].map(
        (field) => `.status.tags[].items[].${field}`,
      ),
      ...['type', 'status', 'lastTransitionTime', 'reason', 'message', 'generation'].map(
        (field) => `.status.tags[].conditions[].${field}`,
      ),
    ]);
  });

  it('takes null where OpenShift writes it, and for every object and list', () => {
    const nullable = [...schemas].flatMap(([path, schema]) => (schema['nullable'] === true ? [path] : []));
    expect(nullable).toEqual(
      expect.arrayContaining([
        '.spec.tags[].annotations',
        '.spec.tags[].generation',
        '.spec.tags[].from',
        '.spec.tags',
        '.status.tags',
        '.status.tags[].items',
        '.status.tags[].items[].created',
        '.status.tags[].conditions',
        '.status.tags[].conditions[].lastTransitionTime',
      ]),
    );
  });

  it('merges lists by the keys of the original, and histories and sources as a whole', () => {
    const kinds = pathsOf('x-kubernetes-list-type').map((path) => [
      path,
      schemas.get(path)?.['x-kubernetes-list-map-keys'] ?? 'atomic',
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      '.spec.tags': ['name'],
      '.status.tags': ['tag'],
      '.status.tags[].conditions': ['type'],
      '.status.tags[].items': 'atomic',
    });
    expect(pathsOf('x-kubernetes-map-type')).toEqual(['.spec.tags[].from']);
    expect([...schemas].filter(([, { type }]) => type === 'array')).toHaveLength(4);
  });

  it('describes every field in a sentence', () => {
    const own = [...schemas].filter(([path]) => !/^\.(apiVersion|kind|metadata)|\{\}$/.test(path));
    for (const [path, { description }] of own) {
      expect([path, description]).toEqual([path, expect.stringMatching(/^[A-Z][^\n]{8,}[.]$/)]);
    }
  });

  it('leaves rules on values to the webhook, whose paths name the tag', () => {
    for (const keyword of ['x-kubernetes-validations', 'enum', 'pattern', 'maxItems', 'maxLength']) {
      expect(pathsOf(keyword)).toEqual([]);
    }
  });
});

describe('the CustomResourceDefinition', () => {
  const { versions } = imageStreamCustomResource.spec;

  it('lets version v1stored hold what is in v1', () => {
    const [shown, stored] = versions.map(({ schema }) => schema.openAPIV3Schema);
    expect(stored?.['properties']).toEqual(shown?.['properties']);
    // the API server refuses selectable fields of versions with equal schemas
    expect(stored?.['description']).not.toBe(shown?.['description']);
  });

  it('stores v1stored, which has no status subresource, and prefers v1', () => {
    expect(versions.map(({ name, storage }) => [name, storage])).toEqual([
      ['v1', false],
      ['v1stored', true],
    ]);
    expect(versions[1]).not.toHaveProperty('subresources');
  });
});
