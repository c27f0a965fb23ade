/** What may come next. */
export type State = 'Value' | 'ValueOrClose' | 'Key' | 'KeyOrClose' | 'Colon' | 'CommaOrClose' | 'End';

/** How far a text was read as JSON. */
export interface Scan {
  readonly text: string;
  offset: number;
  state: State;
  /** The fault is within a string, not at the start of a token. */
  insideString: boolean;
  readonly open: ('[' | '{')[];
}

/** Reads as much of the text as is JSON. At its end and in state `End` all of it is. */
export function scanJSON(text: string): Scan {
  const scan: Scan = { text, offset: 0, state: 'Value', insideString: false, open: [] };
  do {
    scan.offset = endOf(space, text, scan.offset);
  } while (step(scan));
  return scan;
}

const space = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Reads one token; false leaves `offset` at the fault. */
function step(scan: Scan): boolean {
  const next = scan.text[scan.offset];
  const inArray = scan.open.at(-1) === '[';
  if (scan.state.endsWith('OrClose') && next === (inArray ? ']' : '}')) return close(scan);
  switch (scan.state) {
    case 'Value':
    case 'ValueOrClose':
      return value(scan, next);
    case 'Key':
    case 'KeyOrClose':
      return next === '"' && string(scan) && go(scan, 'Colon');
    case 'Colon':
      return next === ':' && skip(scan, 'Value');
    case 'CommaOrClose':
      return next === ',' && skip(scan, inArray ? 'Value' : 'Key');
    case 'End':
      return false;
  }
}

function value(scan: Scan, next: string | undefined): boolean {
  if (next === '[' || next === '{') {
    scan.open.push(next);
    return skip(scan, next === '[' ? 'ValueOrClose' : 'KeyOrClose');
  }
  if (next === '"') return string(scan) && go(scan, afterValue(scan));
  const end = endOf(scalar, scan.text, scan.offset);
  if (end === scan.offset) return false;
  scan.offset = end;
  return go(scan, afterValue(scan));
}

function string(scan: Scan): boolean {
  const { text } = scan;
  for (let at = scan.offset + 1; ; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      scan.offset = at + 1;
      return true;
    }
    const next = code === 0x5c ? endOf(escaped, text, at) : at + 1;
    if (next === at || at >= text.length || code < 0x20) {
      scan.offset = Math.min(at, text.length);
      scan.insideString = true;
      return false;
    }
    at = next;
  }
}

function close(scan: Scan): boolean {
  scan.open.pop();
  return skip(scan, afterValue(scan));
}

function afterValue({ open }: Scan): State {
  return open.length === 0 ? 'End' : 'CommaOrClose';
}

function skip(scan: Scan, state: State): true {
  scan.offset += 1;
  return go(scan, state);
}

function go(scan: Scan, state: State): true {
  scan.state = state;
  return true;
}

/** Where a sticky pattern's match at `offset` ends; `offset` itself without one. */
export function endOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}
