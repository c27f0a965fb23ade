/** Does the whole text fit the pattern, in which `*` stands for any text and `?` for one character? */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let seen = 0;
  while (seen < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = seen;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[seen])) {
      at++;
      seen++;
    } else if (star >= 0) {
      // let the last star take one character more
      at = star + 1;
      seen = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
