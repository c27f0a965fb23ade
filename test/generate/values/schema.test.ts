import { describe, expect, it } from '@jest/globals';
import { readValues, valuesSchema } from '../../../generate/values/index.ts';

const schemaOf = (yaml: string) => JSON.parse(valuesSchema(readValues(yaml)));

/** A value `a` with its comment, and what the schema says of it besides description and default. */
const cases: readonly (readonly [string, object])[] = [
  ['# A.\na: ""', { type: 'string' }],
  ['# A.\na: true', { type: 'boolean' }],
  ['# A.\n# +docs:minimum=1\n# +docs:maximum=9\na: 2', { type: 'integer', minimum: 1, maximum: 9 }],
  ['# A.\na: 0.5', { type: 'number' }],
  ['# A.\n# +docs:enum=x|y\na: x', { type: 'string', enum: ['x', 'y'] }],
  ['# A.\n# +docs:pattern=^(x|y)*$\na: x', { type: 'string', pattern: '^(x|y)*$' }],
  ['# A.\n# +docs:type=integer|string\na: 1', { type: ['integer', 'string'] }],
  ['# A.\n# +docs:items=string\na: []', { type: 'array', items: { type: 'string' } }],
  ['# A.\n# +docs:items=object|string\na: []', { type: 'array', items: { type: ['object', 'string'] } }],
  ['# A.\na: {}', { type: 'object' }],
  ['# A.\n# +docs:items=string\na: {}', { type: 'object', additionalProperties: { type: 'string' } }],
  ['# A.\n# +docs:property\na:\n  b: 1', { type: 'object' }],
];

const faults: readonly (readonly [string, string])[] = [
  ['a: 1', 'a: no sentence above it says what it is'],
  ['# +docs:minimum=1\na: 1', 'a: no sentence above it says what it is'],
  ['a:\n  # B.\n  b: 1\n\n  c: 1', 'a.c: no sentence above it says what it is'],
  ['# A.\n# +docs:minium=1\na: 1', 'a: +docs:minium is not known; there are '],
  ['# A.\na: []', 'a: add +docs:items to tell of what it is a list'],
  ['# A.\na:', 'a: no default tells its type; add +docs:type'],
  ['- a', 'the values are not an object'],
  ['a: [', 'Flow sequence'],
];

describe('the schema of values', () => {
  it.each(cases)('reads %j', (yaml, expected) => {
    const { description, default: byDefault, ...rest } = schemaOf(yaml).properties.a;
    expect(description).toBe('A.');
    expect(byDefault).not.toBe(undefined);
    expect(rest).toEqual(expected);
  });

  it.each(faults)('is not made of %j', (yaml, message) => {
    expect(() => schemaOf(yaml)).toThrow(message);
  });

  it('is closed at every object, and leaves room for what helm gives every chart', () => {
    const { additionalProperties, properties } = schemaOf('a:\n  # B.\n  b: 1\n# C.\nc: 1');
    expect(Object.keys(properties)).toEqual(['a', 'c', 'global']);
    expect([additionalProperties, properties.a.additionalProperties]).toEqual([false, false]);
  });

  it('lets no default be taken away but where it is empty or may be', () => {
    const yaml =
      '# A.\na: x\n# B.\nb: ""\n# C.\nc: {}\nd:\n  # E.\n  e: 1\n# F.\n# +docs:type=string|null\nf: x';
    expect(schemaOf(yaml).required).toEqual(['a', 'd']);
    expect(schemaOf(yaml).properties.d.required).toEqual(['e']);
  });

  it('takes the policy and kinds from the program itself', () => {
    const { policy, kinds } = schemaOf(
      '# A.\n# +docs:policy\npolicy: {}\n# A.\n# +docs:workload-kinds\nkinds: []',
    ).properties;
    expect(policy).toMatchObject({
      additionalProperties: false,
      required: [],
      properties: {
        kind: { const: 'ImagePolicyConfig' },
        resolveImages: { enum: expect.arrayContaining(['Required', 'Attempt']) },
        executionRules: { items: { properties: { onResources: { items: { required: ['resource'] } } } } },
      },
    });
    expect(kinds).toMatchObject({
      type: 'array',
      maxItems: 64,
      items: {
        required: ['group', 'versions', 'resource', 'kind', 'templatePath'],
        properties: { immutable: { type: 'boolean' }, versions: { items: { type: 'string' } } },
      },
    });
  });
});
