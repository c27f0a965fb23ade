/** Text from outside as a terminal may get it: control characters, which could move its cursor or colour it, as `\uFFFD`. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}
