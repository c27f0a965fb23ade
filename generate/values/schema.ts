import { type Schema, typeOf } from './type.ts';
import type { Value } from './value.ts';

/**
 * The values.schema.json of a chart. Every object is closed, so that a value with a typing error in its name is refused. Helm refuses
 * draft 2020-12 before 3.18, so it is draft 7.
 */
export function valuesSchema(values: readonly Value[]): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...objectOf(values, {
      // helm gives it to every chart that is part of another
      global: { type: 'object', description: 'Values of a chart that this one is part of; not used.' },
    }),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function objectOf(values: readonly Value[], more: Readonly<Record<string, Schema>> = {}): Schema {
  const required = values.filter(isRequired).map(({ path }) => path.at(-1));
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: {
      ...Object.fromEntries(values.map((value) => [value.path.at(-1), schemaOf(value)])),
      ...more,
    },
    additionalProperties: false,
  };
}

/** The default cannot be taken away with `null`, unless it is empty or says that it can. */
function isRequired(value: Value): boolean {
  const { members, byDefault } = value;
  if (members !== undefined) return true;
  const { type } = typeOf(value);
  return typeof byDefault !== 'object' && byDefault !== '' && ![type].flat().includes('null');
}

function schemaOf(value: Value): Schema {
  const { members, comment, byDefault } = value;
  if (members !== undefined) return objectOf(members);
  return { description: comment.text, ...typeOf(value), default: byDefault };
}
