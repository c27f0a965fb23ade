import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { imageStreamCustomResource, imageStreamSchema, type Schema } from '../../src/imagestream/index.ts';

const home = join(import.meta.dirname, '..', '..');

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

  it('has rules that only say what OpenShift says of every write', () => {
    expect(pathsOf('x-kubernetes-validations')).toEqual([
      '.spec.tags[].from',
      '.spec.tags[].from.kind',
      '.spec.tags[].importPolicy.importMode',
      '.spec.tags[].referencePolicy.type',
    ]);
  });
});

describe('the CustomResourceDefinition', () => {
  const { versions } = imageStreamCustomResource.spec;

  it('lets version v1stored hold whatever is in v1, without rules', () => {
    const [shown, stored] = versions.map(({ schema }) => new Map(below(schema.openAPIV3Schema as Schema)));
    expect([...(stored?.keys() ?? [])]).toEqual([...(shown?.keys() ?? [])]);
    for (const [path, { 'x-kubernetes-validations': _rules, properties, items, ...rest }] of stored ?? []) {
      expect(_rules).toBeUndefined();
      if (path !== '') expect(shown?.get(path)).toMatchObject(rest);
    }
  });

  it('stores v1stored, which has no status subresource, and prefers v1', () => {
    expect(versions.map(({ name, storage }) => [name, storage])).toEqual([
      ['v1', false],
      ['v1stored', true],
    ]);
    expect(versions[1]).not.toHaveProperty('subresources');
  });

  it('is what the chart ships', () => {
    const file = readFileSync(join(home, 'charts/imagestreams/crds/imagestreams.yaml'), 'utf8');
    expect(parse(file)).toEqual(JSON.parse(JSON.stringify(imageStreamCustomResource)));
  });
});
