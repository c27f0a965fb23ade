import type { FieldProblem } from './field-problem.ts';
import { imageStreamSchema, type Schema } from './schema.ts';
import type { ImageStream, ImageStreamSpec, ImageStreamStatus } from './types.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Where a value departs from the schema; `at` is the path below the value looked at. */
interface Misfit {
  readonly at: string;
  /** The type that belongs there; none: a required key is missing. */
  readonly expected?: string;
  readonly seen: string;
}

const parts = imageStreamSchema['properties'] as Readonly<Record<'spec' | 'status', Schema>>;

/**
 * Where a spec or status first departs from the types of the schema, in the API server's words; undefined where the TypeScript
 * types hold for it. Only types and required keys are looked at; null counts as absent, unknown keys are passed over.
 */
export function shapeProblem(value: unknown, part: 'spec' | 'status'): FieldProblem | undefined {
  const misfit = misfitOf(value, parts[part]);
  if (misfit === undefined) return undefined;
  const { at, expected, seen } = misfit;
  const field = `${part}${at}`;
  if (expected === undefined) return { type: 'Required', field, detail: '' };
  const detail = `${field} in body must be of type ${expected}: "${seen}"`;
  return { type: 'Invalid', field, value: seen, detail };
}

/** The spec if it has the types it should have; the API server's own validation refuses the rest. */
export function readableSpec(stream: ImageStream | undefined): ImageStreamSpec | undefined {
  const spec = stream?.spec ?? undefined;
  return misfitOf(spec, parts.spec) === undefined ? spec : undefined;
}

/** The status if it has the types it should have. */
export function readableStatus(stream: ImageStream | undefined): ImageStreamStatus | undefined {
  const status = stream?.status ?? undefined;
  return misfitOf(status, parts.status) === undefined ? status : undefined;
}

/** The stream with those parts alone that have the types they should have. */
export function readableStream(stream: ImageStream): ImageStream {
  const { name, namespace, generation } = isObject(stream.metadata) ? stream.metadata : { name: '' };
  return {
    apiVersion: '',
    kind: 'ImageStream',
    metadata: {
      name: typeof name === 'string' ? name : '',
      ...(typeof namespace === 'string' ? { namespace } : {}),
      generation: typeof generation === 'number' ? generation : null,
    },
    spec: readableSpec(stream) ?? null,
    status: readableStatus(stream) ?? null,
  };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function misfitOf(value: unknown, schema: Schema): Misfit | undefined {
  if (value === null || value === undefined) return undefined;
  if (schema.type === 'object' && isObject(value)) return objectMisfit(value, schema);
  if (schema.type === 'array' && Array.isArray(value)) return listMisfit(value, schema['items'] as Schema);
  const fits = schema.type === 'integer' ? Number.isInteger(value) : typeof value === schema.type;
  return fits && typeof value !== 'object' ? undefined : mistyped(value, schema);
}

function objectMisfit(value: JsonObject, schema: Schema): Misfit | undefined {
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  const others = schema['additionalProperties'] as Schema | undefined;
  for (const key of Object.keys(value)) {
    const each = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : others;
    const misfit = each === undefined ? undefined : misfitOf(value[key], each);
    if (misfit !== undefined) return { ...misfit, at: `.${key}${misfit.at}` };
  }
  const required = (schema['required'] ?? []) as readonly string[];
  const missing = required.find((key) => (value[key] ?? null) === null);
  return missing === undefined ? undefined : { at: `.${missing}`, seen: 'null' };
}

function listMisfit(list: readonly unknown[], items: Schema): Misfit | undefined {
  for (const [index, item] of list.entries()) {
    const misfit = item === null ? mistyped(item, items) : misfitOf(item, items);
    if (misfit !== undefined) return { ...misfit, at: `[${index}]${misfit.at}` };
  }
  return undefined;
}

function mistyped(value: unknown, { type: expected }: Schema): Misfit {
  if (value === null) return { at: '', expected, seen: 'null' };
  return { at: '', expected, seen: Array.isArray(value) ? 'array' : typeof value };
}
