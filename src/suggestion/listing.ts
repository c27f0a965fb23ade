/**
 * Names as they stand in a message: quoted, sorted as given, at most `most` of them, then the number left out.
 * An empty list reads `none`.
 */
export function listing(names: readonly string[], most = 8): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
