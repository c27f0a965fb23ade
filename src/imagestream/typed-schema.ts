/** Carries the TypeScript type of a schema's values; there is no such key. */
declare const typed: unique symbol;

/** OpenAPI v3 as a structural schema takes it; `T` is the type of the values it describes. */
export interface Schema<T = unknown> {
  readonly type: string;
  readonly [keyword: string]: unknown;
  readonly [typed]?: T;
}

/** The values that a schema describes. */
export type TypeOf<S extends Schema> = S extends Schema<infer T> ? T : never;

type Fields = Readonly<Record<string, Schema>>;

type Struct<P extends Fields, R extends keyof P> = {
  readonly [K in R]: TypeOf<P[K]>;
} & {
  readonly [K in Exclude<keyof P, R>]?: TypeOf<P[K]>;
};

export const text = (description: string): Schema<string> => ({ type: 'string', description });

/** Always the same text. */
export const constant = <const V extends string>(value: V): Schema<V> => ({ type: 'string', const: value });

export const flag = (description: string): Schema<boolean> => ({ type: 'boolean', description });

/** A generation as OpenShift writes it, null when it is not set. */
export const generation = (description: string): Schema<number | null> => ({
  type: 'integer',
  format: 'int64',
  nullable: true,
  description,
});

/** RFC 3339, null when it is not set. */
export const time = (description: string): Schema<string | null> => ({
  type: 'string',
  format: 'date-time',
  nullable: true,
  description,
});

/** One of a closed set of words. The schema takes any text: to refuse others is the validation's, in OpenShift's words. */
export const word = <W extends string>(description: string): Schema<W> => ({ type: 'string', description });

/** Labels or annotations. */
export const texts = (description: string): Schema<Readonly<Record<string, string>>> => ({
  type: 'object',
  additionalProperties: { type: 'string' },
  description,
});

/** All fields are optional but those of `required`. */
export const object = <P extends Fields, R extends keyof P & string = never>(
  description: string,
  properties: P,
  required: readonly R[] = [],
): Schema<Struct<P, R>> => ({
  type: 'object',
  ...(required.length > 0 ? { required } : {}),
  description,
  properties,
});

/** A list that server-side apply merges by a key of its entries. */
export const mapList = <T>(
  description: string,
  key: keyof T & string,
  items: Schema<T>,
): Schema<readonly T[]> => ({
  ...list(description, items),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
});

/** A list that server-side apply replaces as a whole. */
export const atomicList = <T>(description: string, items: Schema<T>): Schema<readonly T[]> => ({
  ...list(description, items),
  'x-kubernetes-list-type': 'atomic',
});

/** Null says the same as absent, and server-side apply takes it. */
export const nullable = <T>(schema: Schema<T>): Schema<T | null> => ({ ...schema, nullable: true });

/** An object that server-side apply replaces as a whole. */
export const atomic = <T>(schema: Schema<T>): Schema<T> => ({
  ...schema,
  'x-kubernetes-map-type': 'atomic',
});

/** With what the API server fills in when the field is missing. */
export const defaulting = <T>(schema: Schema<T>, value: T): Schema<T> => ({ ...schema, default: value });

function list<T>(description: string, items: Schema<T>): Schema<readonly T[]> {
  return { type: 'array', description, items };
}
