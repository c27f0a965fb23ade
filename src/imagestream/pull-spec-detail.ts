const schemePattern = /^[A-Za-z][A-Za-z0-9+.-]{0,31}:\/\//;

/** Why a text is no pull spec, as `message` says it, and the way out where an address of the web was meant. */
export function pullSpecDetail(text: string, message: string): string {
  const scheme = schemePattern.exec(text)?.[0];
  return scheme === undefined ? message : `${message}: leave out ${scheme}`;
}
