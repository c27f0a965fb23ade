import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { type Comment, readComment } from './comment.ts';

/** One value of the chart, or an object of values. */
export interface Value {
  readonly path: readonly string[];
  /** The title below which it is listed. */
  readonly section: string;
  readonly comment: Comment;
  /** As YAML reads it. */
  readonly byDefault: unknown;
  /** The values in it, where it is not a value of its own. */
  readonly members?: readonly Value[];
}

/** Names of tags; anything else after `+docs:` is a typing error. */
const known = [
  'enum',
  'items',
  'maximum',
  'minimum',
  'mirrors',
  'pattern',
  'policy',
  'property',
  'type',
  'workload-kinds',
];

/**
 * Reads a values file with its comments. An object is taken apart into its members, unless it is empty or marked with `+docs:property`.
 *
 * @throws Error naming the value, if it has no sentence or an unknown tag
 */
export function readValues(text: string): readonly Value[] {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw error;
  if (!isMap(document.contents)) throw new Error('the values are not an object');
  return new Reader().membersOf(document.contents, []);
}

class Reader {
  #section = '';

  membersOf(map: YAMLMap, path: readonly string[]): readonly Value[] {
    return map.items.map((pair, index) => {
      // what stands above the first member is kept with the object
      const above = index === 0 ? map.commentBefore : undefined;
      return this.#value(pair, path, above ?? '');
    });
  }

  #value({ key, value }: Pair, parent: readonly string[], above: string): Value {
    if (!isScalar(key)) throw new Error(`${parent.join('.')}: a key is no text`);
    const path = [...parent, String(key.value)];
    const comment = readComment(key.commentBefore ?? above);
    this.#section = comment.section ?? this.#section;
    const section = this.#section;
    const byDefault = (value as { toJSON(): unknown } | null)?.toJSON();
    if (isMap(value) && value.items.length > 0 && !comment.tags.has('property')) {
      return { path, section, comment, byDefault, members: this.membersOf(value, path) };
    }
    checkDocumented(path, comment);
    return { path, section, comment, byDefault };
  }
}

function checkDocumented(path: readonly string[], { text, tags }: Comment): void {
  const name = path.join('.');
  if (text === '') throw new Error(`${name}: no sentence above it says what it is`);
  for (const tag of tags.keys()) {
    if (!known.includes(tag))
      throw new Error(`${name}: +docs:${tag} is not known; there are ${known.join(', ')}`);
  }
}
