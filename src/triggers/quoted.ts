/** Longer text is cut in messages, in UTF-16 units. */
const longestShown = 80;

/** Text as a message may show it: bounded, and with control, formatting and broken characters written as escapes. */
export function shown(text: string): string {
  const short = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  return short.replace(/[\p{C}\u2028\u2029]/gu, escaped);
}

/** {@link shown} in double quotes. */
export function quoted(text: string): string {
  return `"${shown(text)}"`;
}

/** A decoded JSON value in a few words: `the string "yes"`, `the number 1`, `an array`. */
export function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return `the string ${quoted(value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return `${value}`;
    default:
      return 'an object';
  }
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
