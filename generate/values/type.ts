import { mirrorRulesSchema } from '../../src/cli/mirror-rules.ts';
import { policySchema } from '../../src/policy/index.ts';
import { workloadKindsSchema } from '../../src/workloads/index.ts';
import type { Value } from './value.ts';

export interface Schema {
  readonly [keyword: string]: unknown;
}

/** The schema of a value of its own, from its default and its tags; the default alone tells most. */
export function typeOf(value: Value): Schema {
  const { tags } = value.comment;
  if (tags.has('policy')) return policy;
  if (tags.has('workload-kinds')) return workloadKindsSchema;
  if (tags.has('mirrors')) return mirrorRulesSchema;
  const words = tags.get('enum');
  if (words !== undefined) return { type: 'string', enum: words.split('|') };
  return { ...shapeOf(value), ...limitsOf(value) };
}

/** The chart says itself what kind of document it is; a whole file can be given all the same. */
const policy: Schema = { ...policySchema, required: [] };

function shapeOf({ path, byDefault, comment: { tags } }: Value): Schema {
  const type = tags.get('type')?.split('|') ?? [kindOf(byDefault)];
  const items = tags.get('items')?.split('|');
  if (type.includes('undefined'))
    throw new Error(`${path.join('.')}: no default tells its type; add +docs:type`);
  if (items !== undefined && type[0] === 'array') return { type: 'array', items: { type: one(items) } };
  if (items !== undefined) return { type: 'object', additionalProperties: { type: one(items) } };
  if (type[0] === 'array') throw new Error(`${path.join('.')}: add +docs:items to tell of what it is a list`);
  return { type: one(type) };
}

function limitsOf({ comment: { tags } }: Value): Schema {
  const limits: Record<string, unknown> = {};
  const pattern = tags.get('pattern');
  if (pattern !== undefined) limits['pattern'] = pattern;
  for (const name of ['minimum', 'maximum']) {
    const limit = tags.get(name);
    if (limit !== undefined) limits[name] = Number(limit);
  }
  return limits;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** A single type is written without a list. */
function one(types: readonly string[]): unknown {
  return types.length === 1 ? types[0] : types;
}
