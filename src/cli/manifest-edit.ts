import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isScalar, type Scalar, stringify } from 'yaml';
import { type ManifestDocument, type ManifestPath, manifestDocuments } from './manifest-documents.ts';

/** A string that is written in place of another. */
export interface Edit {
  readonly path: ManifestPath;
  readonly value: string;
}

/** The edits of one document. */
export interface DocumentEdits {
  readonly document: ManifestDocument;
  readonly edits: readonly Edit[];
}

export interface EditedText {
  readonly text: string;
  /** Documents that had to be written anew, without their comments, because an anchor shares the string with other fields. */
  readonly rewritten: readonly ManifestDocument[];
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes strings into a manifest and leaves every other byte as it is: comments, quotes, order, line ends. What comes out
 * is read again and compared with what was asked for, so that YAML's anchors cannot carry an edit further than meant.
 */
export function editedText(text: string, changes: readonly DocumentEdits[]): EditedText {
  const splices: Splice[] = [];
  const rewritten: ManifestDocument[] = [];
  for (const { document, edits } of changes) {
    const expected = withEdits(document.value, edits);
    const inPlace = splicesOf(text, document, edits);
    if (inPlace !== undefined && isDeepStrictEqual(documentWith(inPlace, text, document), expected)) {
      splices.push(...inPlace);
    } else {
      splices.push(anew(expected, text, document));
      rewritten.push(document);
    }
  }
  return { text: spliced(text, splices), rewritten };
}

function splicesOf(
  text: string,
  document: ManifestDocument,
  edits: readonly Edit[],
): readonly Splice[] | undefined {
  const splices = new Map<number, Splice>();
  for (const { path, value } of edits) {
    const place = placeOf(document, path);
    if (place === undefined) return undefined;
    const [start, end] = place;
    splices.set(start, { start, end, text: inQuotesOf(text[start], value) });
  }
  return [...splices.values()];
}

/** Where the string at a path stands in the text, followed through aliases; undefined where it comes by a merge key. */
function placeOf(
  { source }: ManifestDocument,
  path: ManifestPath,
): readonly [start: number, end: number] | undefined {
  let node: unknown = source.contents;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(source);
    node = isCollection(node) ? node.get(step, true) : undefined;
  }
  if (isAlias(node) && node.range != null) return [node.range[0], node.range[1]];
  return isScalar(node) && isFlow(node) && node.range != null ? [node.range[0], node.range[1]] : undefined;
}

/** Block scalars (`|`, `>`) take their line end with them. */
function isFlow({ type }: Scalar): boolean {
  return type === 'PLAIN' || type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
}

/** A pull spec needs no quotes and no escapes. */
function inQuotesOf(first: string | undefined, value: string): string {
  return first === '"' || first === "'" ? `${first}${value}${first}` : value;
}

function spliced(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(done, splice.start), splice.text);
    done = splice.end;
  }
  return [...parts, text.slice(done)].join('');
}

/** What a document would say with these splices. */
function documentWith(splices: readonly Splice[], text: string, { source }: ManifestDocument): unknown {
  const [first, end] = source.range;
  const own = splices.map((splice) => ({ ...splice, start: splice.start - first, end: splice.end - first }));
  const file = manifestDocuments(spliced(text.slice(first, end), own));
  return file.ok ? file.documents[0]?.value : undefined;
}

function anew(value: unknown, text: string, { source }: ManifestDocument): Splice {
  const [start, end] = source.range;
  const marker = text.startsWith('---', start) ? '---\n' : '';
  return { start, end, text: `${marker}${stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })}` };
}

/** A copy of plain data with the edits made, each in its own place only. */
export function withEdits<Data>(data: Data, edits: readonly Edit[]): Data {
  const copy = copyOf(data) as Data;
  for (const { path, value } of edits) {
    const holder = path.slice(0, -1).reduce<unknown>((inner, step) => (inner as Fields)[step], copy);
    (holder as Fields)[path.at(-1) ?? ''] = value;
  }
  return copy;
}

type Fields = Record<string | number, unknown>;

/** Unlike `structuredClone`, keeps nothing shared that YAML aliases made so. */
function copyOf(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(copyOf);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, copyOf(value)]));
}
