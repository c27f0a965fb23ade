/** No name that Kubernetes knows is longer. */
const longestMended = 253;

/** The text without stray blanks and capitals, if that is all that was wrong with it. */
export function mended(text: string, grammar: RegExp, foldCase = true): string | undefined {
  if (text.length > longestMended) return undefined;
  const trimmed = text.trim();
  const candidate = foldCase ? trimmed.toLowerCase() : trimmed;
  return grammar.test(candidate) ? candidate : undefined;
}
