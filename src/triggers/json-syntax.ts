import { endOf, type Scan, type State, scanJSON } from './json-scan.ts';
import { quoted } from './quoted.ts';

/** Where a text stops being JSON. Lines and columns count from 1, columns in UTF-16 units. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  /** What stands there, in a few characters, or `the end`. */
  readonly seen: string;
  readonly expected: string;
  readonly fix?: string;
}

/**
 * Finds the first fault of a text that `JSON.parse` refused; undefined when there is none. It is only asked after a
 * refusal, because the engine's own message does not always tell the place.
 */
export function syntaxFault(text: string): SyntaxFault | undefined {
  const scan = scanJSON(text);
  return scan.state === 'End' && scan.offset === text.length ? undefined : faultAt(scan);
}

const word = /[^\s,:[\]{}"]{1,20}|[\s\S]/uy;

function faultAt({ text, offset, state, open, insideString }: Scan): SyntaxFault {
  const before = text.slice(0, offset);
  const token = text.slice(offset, endOf(word, text, offset));
  const seen = token === '' ? 'the end' : token === '"' ? `'"'` : quoted(token);
  const fix = fixFor(text[offset], state);
  return {
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n'),
    seen,
    expected: insideString
      ? 'the rest of a string and its closing double quote'
      : expectedIn(state, open.at(-1)),
    ...(fix === undefined ? {} : { fix }),
  };
}

function expectedIn(state: State, open: '[' | '{' | undefined): string {
  switch (state) {
    case 'Value':
      return 'a value';
    case 'ValueOrClose':
      return 'a value or "]"';
    case 'Key':
      return 'a key in double quotes';
    case 'KeyOrClose':
      return 'a key in double quotes or "}"';
    case 'Colon':
      return '":"';
    case 'CommaOrClose':
      return open === '[' ? '"," or "]"' : '"," or "}"';
    case 'End':
      return 'the end';
  }
}

function fixFor(seen: string | undefined, state: State): string | undefined {
  if (seen !== undefined && /['\u2018\u2019\u201c\u201d]/u.test(seen))
    return 'strings in straight double quotes';
  if ((state === 'Value' && seen === ']') || (state === 'Key' && seen === '}')) return 'no comma before it';
  return undefined;
}
