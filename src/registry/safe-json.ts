const deepest = 64;
/** An index with ten thousand images has about 200,000. */
const mostValues = 400_000;

const quote = 0x22;
const backslash = 0x5c;
const openers: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const closers: ReadonlySet<number> = new Set([0x7d, 0x5d]);
const separators: ReadonlySet<number> = new Set([0x2c, 0x3a]);

/**
 * Reads JSON that somebody else wrote; undefined when it is not JSON, is not UTF-8, is nested too deep, or is made of so many values
 * that reading it would take much more memory than its text.
 */
export function parseUntrusted(bytes: Buffer): unknown {
  if (!isModest(bytes)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isModest(bytes: Buffer): boolean {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = endOfString(bytes, at);
    else if (openers.has(byte)) {
      depth += 1;
      values += 1;
    } else if (closers.has(byte)) depth -= 1;
    else if (separators.has(byte)) values += 1;
    if (depth > deepest || values > mostValues) return false;
  }
  return true;
}

/** Index of the closing quote. */
function endOfString(bytes: Buffer, opening: number): number {
  for (let at = opening + 1; at < bytes.length; at++) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at;
  }
  return bytes.length;
}
