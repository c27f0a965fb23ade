import { type Document, isNode, LineCounter, parseAllDocuments, visit } from 'yaml';

/** One document of a manifest file. */
export interface ManifestDocument {
  /** Its place in the file, from 1. */
  readonly number: number;
  /** What it says, as plain data. */
  readonly value: unknown;
  /** The same with its place in the text, for edits. */
  readonly source: Document.Parsed;
  /** Line, from 1, of the value at a path, or of the nearest one around it. */
  lineOf(path: ManifestPath): number;
}

/** Field names and list positions from the top of a document. */
export type ManifestPath = readonly (string | number)[];

export type ManifestFile =
  | { readonly ok: true; readonly documents: readonly ManifestDocument[] }
  /** Not YAML: where, and why in a few words. */
  | { readonly ok: false; readonly line: number; readonly column: number; readonly message: string };

/** As kubectl reads YAML: with merge keys. `prettyErrors` would put a drawing of several lines into each message. */
const yamlOptions = { merge: true, prettyErrors: false, logLevel: 'error' } as const;

/** Reads YAML or JSON with any number of documents; empty ones are left out, and counted. */
export function manifestDocuments(text: string): ManifestFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { ...yamlOptions, lineCounter: lines });
  const documents: ManifestDocument[] = [];
  for (const [index, source] of parsed.entries()) {
    const [error] = source.errors;
    if (error !== undefined) return brokenAt(lines, error.pos[0], firstSentence(error.message));
    try {
      const value: unknown = source.toJS();
      const lineOf = (path: ManifestPath) => lines.linePos(offsetOf(source, path)).line;
      if (value !== null) documents.push({ number: index + 1, value, source, lineOf });
    } catch (error) {
      // an alias without its anchor, or one that would unfold without end
      return brokenAt(lines, offsetOfAlias(source), (error as Error).message);
    }
  }
  return { ok: true, documents };
}

function brokenAt(lines: LineCounter, offset: number, message: string): ManifestFile {
  const { line, col: column } = lines.linePos(offset);
  return { ok: false, line, column, message };
}

/** Of the first alias without an anchor, or of the document. */
function offsetOfAlias(source: Document.Parsed): number {
  let offset = source.range[0];
  visit(source, {
    Alias: (_, alias) => {
      if (alias.resolve(source) !== undefined) return undefined;
      offset = alias.range?.[0] ?? offset;
      return visit.BREAK;
    },
  });
  return offset;
}

function firstSentence(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

function offsetOf(source: Document, path: ManifestPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node = source.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return source.range?.[0] ?? 0;
}
