/** How a registry wants to be told who asks. */
export type Challenge =
  | { readonly scheme: 'Basic' }
  | { readonly scheme: 'Bearer'; readonly realm: string; readonly service: string; readonly scope: string };

const longest = 8_192;
const part = /\s*(?:,\s*)*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;

/**
 * Reads `WWW-Authenticate` (RFC 9110, 11.6.1), in which several challenges may stand. Gives Bearer where there is a choice, undefined
 * where there is nothing that can be answered.
 */
export function challengeOf(header: string | undefined): Challenge | undefined {
  if (header === undefined || header.length > longest) return undefined;
  const challenges = [...schemes(header)];
  const bearer = challenges.find(({ scheme, values }) => scheme === 'bearer' && values.has('realm'));
  if (bearer !== undefined) {
    const value = (name: string) => bearer.values.get(name) ?? '';
    return { scheme: 'Bearer', realm: value('realm'), service: value('service'), scope: value('scope') };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'Basic' } : undefined;
}

interface Scheme {
  readonly scheme: string;
  readonly values: Map<string, string>;
}

/** A word with a value belongs to the scheme before it; a word alone begins one. */
function* schemes(header: string): Generator<Scheme> {
  let current: Scheme | undefined;
  part.lastIndex = 0;
  for (let match = part.exec(header); match !== null; match = part.exec(header)) {
    const [, word = '', quoted, plain] = match;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value !== undefined) current?.values.set(word.toLowerCase(), value);
    else {
      if (current !== undefined) yield current;
      current = { scheme: word.toLowerCase(), values: new Map() };
    }
  }
  if (current !== undefined) yield current;
}
