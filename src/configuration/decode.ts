import { closest, listing } from '../suggestion/index.ts';
import { entry, member } from './field-path.ts';

/**
 * What can be wrong with any field.
 * - `WrongType`: a value of another JSON type than the field has.
 * - `UnknownField`: not part of the format.
 * - `Required`: a field that must be there.
 */
export type DecodeErrorCode = 'WrongType' | 'UnknownField' | 'Required';

/** Takes what is wrong; a document's own report has codes of its own besides. */
export interface DecodeReport<Code extends string = DecodeErrorCode> {
  error(code: Code, field: string, sentence: string, suggestion?: string): void;
}

/** Where one of some words must stand, it may be an `UnknownValue`. */
export type WordReport = DecodeReport<DecodeErrorCode | 'UnknownValue'>;

/** Reads one JSON value. Gives undefined for null and for what is absent, and after reporting what is wrong. */
export interface Decode<T, R extends DecodeReport = DecodeReport> {
  (value: unknown, at: string, report: R): T | undefined;
  /** JSON Schema of what can be read; it may allow more than is. */
  readonly schema?: JsonSchema;
  readonly required?: true;
}

/** A schema (draft 7) for tools that look at a document before this program does. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Says what a decoder can read. */
export function described<T, R extends DecodeReport>(
  schema: JsonSchema | undefined,
  decode: Decode<T, R>,
): Decode<T, R> {
  return Object.assign<Decode<T, R>, object>((value, at, report) => decode(value, at, report), {
    ...(schema !== undefined && { schema }),
  });
}

/** Makes something of what another decoder reads; of nothing it makes nothing. */
export function derived<T, U, R extends DecodeReport>(
  decode: Decode<T, R>,
  make: (read: T, at: string, report: R) => U | undefined,
): Decode<U, R> {
  return described(decode.schema, (value, at, report) => {
    const read = decode(value, at, report);
    return read === undefined ? undefined : make(read, at, report);
  });
}

export const text: Decode<string> = described({ type: 'string' }, (value, at, report) =>
  typeof value === 'string' ? value : wrongType('a string', value, at, report),
);

export const flag: Decode<boolean> = described({ type: 'boolean' }, (value, at, report) =>
  typeof value === 'boolean' ? value : wrongType('true or false', value, at, report),
);

/** The value must be there; an empty string is as good as none. */
export function required<T, R extends DecodeReport>(decode: Decode<T, R>): Decode<T, R> {
  const present = described<T, R>(decode.schema, (value, at, report) => {
    if (value !== undefined && value !== null && value !== '') return decode(value, at, report);
    report.error('Required', at, 'a value is required');
    return undefined;
  });
  return Object.assign(present, { required: true as const });
}

/** One of the allowed words; the empty string is read as absent. */
export function oneOf<T extends string>(allowed: readonly T[]): Decode<T, WordReport> {
  return described({ enum: allowed }, (value, at, report) => {
    const word = text(value, at, report);
    if (word === undefined || word === '') return undefined;
    const known = allowed.find((candidate) => candidate === word);
    if (known === undefined) {
      report.error(
        'UnknownValue',
        at,
        `unknown value ${quote(word)}; allowed are ${listing(allowed)}`,
        quoted(closest(word, allowed)),
      );
    }
    return known;
  });
}

export function listOf<T, R extends DecodeReport>(decode: Decode<T, R>): Decode<readonly T[], R> {
  return described({ type: 'array', items: decode.schema ?? {} }, (value, at, report) => {
    if (!Array.isArray(value)) return wrongType('a list', value, at, report);
    const items: T[] = [];
    for (const [index, item] of value.entries()) {
      const place = entry(at, index);
      const decoded = decode(item, place, report);
      if (decoded !== undefined) items.push(decoded);
      else if (item === null) report.error('WrongType', place, 'an entry of this list cannot be null');
    }
    return items;
  });
}

export const textMap: Decode<Readonly<Record<string, string>>> = described(
  { type: 'object', additionalProperties: { type: 'string' } },
  (value, at, report) => {
    if (!isObject(value)) return wrongType('an object', value, at, report);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, text(item, member(at, key), report) ?? '']),
    );
  },
);

export type Fields<T, R extends DecodeReport = DecodeReport> = {
  readonly [K in keyof T]-?: Decode<T[K], R>;
};

/** An object with these fields and no others. */
export function objectOf<T extends object, R extends DecodeReport = DecodeReport>(
  fields: Fields<T, R>,
): Decode<Partial<T>, R> {
  return described(objectSchema(fields), (value, at, report) => {
    if (!isObject(value)) return wrongType('an object', value, at, report);
    reportUnknownFields(value, Object.keys(fields), at, report);
    const decoded: Partial<T> = {};
    for (const key in fields) decodeField(fields, key, value, decoded, at, report);
    return decoded;
  });
}

function objectSchema(
  fields: Readonly<Record<string, Pick<Decode<unknown>, 'schema' | 'required'>>>,
): JsonSchema {
  const entries = Object.entries(fields);
  const required = entries.flatMap(([key, field]) => (field.required ? key : []));
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, { schema = {} }]) => [key, schema])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function decodeField<T, R extends DecodeReport, K extends keyof T & string>(
  fields: Fields<T, R>,
  key: K,
  value: Readonly<Record<string, unknown>>,
  into: Partial<T>,
  at: string,
  report: R,
): void {
  const field = fields[key](Object.hasOwn(value, key) ? value[key] : undefined, member(at, key), report);
  if (field !== undefined) into[key] = field;
}

function reportUnknownFields(
  value: object,
  known: readonly string[],
  at: string,
  report: DecodeReport,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    report.error(
      'UnknownField',
      member(at, key),
      `unknown field; allowed are ${listing(known, known.length)}`,
      quoted(closest(key, known)),
    );
  }
}

/** Absent and null are no error: every field that must be there is wrapped in `required`. */
function wrongType(expected: string, value: unknown, at: string, report: DecodeReport): undefined {
  if (value !== undefined && value !== null) {
    report.error('WrongType', at, `expected ${expected}, saw ${describe(value)}`);
  }
  return undefined;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the string ${quote(value)}`;
  if (typeof value === 'object') return 'an object';
  return `the ${typeof value} ${String(value)}`;
}

const longestQuote = 80;

/** A text as it may stand in a message: quoted, cut where it is very long. */
export function quote(seen: string): string {
  return JSON.stringify(seen.length > longestQuote ? `${seen.slice(0, longestQuote)}…` : seen);
}

function quoted(suggestion: string | undefined): string | undefined {
  return suggestion === undefined ? undefined : quote(suggestion);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
