import type { Schema } from './typed-schema.ts';

/** Says whether a value has the types that a schema gives it; allocates nothing. */
export type Check = (value: unknown) => boolean;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Makes the check of a schema, once and without generating code. It looks at types, constants, null and required keys; unknown
 * keys are passed over, and rules on values are the API server's.
 */
export function fits(schema: Schema): Check {
  const check = typeCheck(schema);
  return schema['nullable'] === true ? (value) => value === null || check(value) : check;
}

function typeCheck(schema: Schema): Check {
  switch (schema.type) {
    case 'object':
      return objectCheck(schema);
    case 'array':
      return listCheck(fits(schema['items'] as Schema));
    case 'integer':
      return Number.isInteger;
    default: {
      const { type } = schema;
      const constant = schema['const'];
      return constant === undefined ? (value) => typeof value === type : (value) => value === constant;
    }
  }
}

function objectCheck(schema: Schema): Check {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = properties.map(([key, each]) => ({
    key,
    check: fits(each),
    optional: !required.includes(key),
  }));
  const others = schema['additionalProperties'] as Schema | undefined;
  const other = others === undefined ? undefined : fits(others);
  return (value) => {
    if (!isObject(value)) return false;
    for (const { key, check, optional } of fields) {
      const field = value[key];
      if (field === undefined ? !optional : !check(field)) return false;
    }
    return other === undefined || everyValue(value, other);
  };
}

function listCheck(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) {
      if (!check(item)) return false;
    }
    return true;
  };
}

function everyValue(value: JsonObject, check: Check): boolean {
  for (const key in value) {
    if (!check(value[key])) return false;
  }
  return true;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
