import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The top of the checkout. */
export const checkout = join(import.meta.dirname, '../..');

const notOurs: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage', 'test-logs']);

/** Every page of this project, by its path from the top of the checkout. */
export function pages(directory = checkout): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.') || notOurs.has(entry.name)) return [];
    if (entry.isDirectory()) return pages(path);
    return entry.name.endsWith('.md') ? [relative(checkout, path)] : [];
  });
}

export function textOf(page: string): string {
  return readFileSync(join(checkout, page), 'utf8');
}

/** A fenced block: its language and its lines. */
export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

export function blocksIn(text: string): readonly Block[] {
  return Array.from(text.matchAll(fence), ([, language = '', body = '']) => ({
    language,
    lines: body.split('\n').slice(0, -1),
  }));
}

/** The text without what is shown as it is: blocks and code in a line. */
export function proseOf(text: string): string {
  return text.replace(fence, '').replace(/(`+)[^\n]*?\1/g, '');
}

/** What a link may name after `#`: headings as GitHub makes anchors of them, and explicit ones. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const withoutBlocks = text.replace(fence, '');
  const headings = Array.from(withoutBlocks.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const explicit = Array.from(withoutBlocks.matchAll(/<a id="([^"]+)">/g), ([, id = '']) => id);
  return new Set([...headings, ...explicit]);
}
