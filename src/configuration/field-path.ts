const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `a.b`, or `a["b/c"]` for a key that would not read well after a dot. */
export function member(at: string, key: string): string {
  if (!plainKey.test(key)) return `${at}[${JSON.stringify(key)}]`;
  return at === '' ? key : `${at}.${key}`;
}

/** `a[0]` */
export function entry(at: string, index: number): string {
  return `${at}[${index}]`;
}
