import { isIPv4 } from 'node:net';

/** An IPv6 address as its eight groups; it must be one. */
function groupsOf(address: string): readonly number[] {
  const plain = address.split('%')[0] ?? '';
  const lastColon = plain.lastIndexOf(':');
  const tail = plain.slice(lastColon + 1);
  const text = isIPv4(tail) ? `${plain.slice(0, lastColon + 1)}${hexPair(tail)}` : plain;
  const [left = '', right] = text.split('::');
  const start = left === '' ? [] : left.split(':');
  const end = right === undefined || right === '' ? [] : right.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - start.length - end.length) }, () => '0');
  return [...start, ...zeros, ...end].map((group) => Number.parseInt(group, 16));
}

function hexPair(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** Groups that stand before an IPv4 address: mapped, compatible, NAT64 (RFC 6052), translated (RFC 2765). */
const prefixes: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0xffff],
  [0, 0, 0, 0, 0, 0],
  [0x64, 0xff9b, 0, 0, 0, 0],
  [0, 0, 0, 0, 0xffff, 0],
];
const sixToFour = 0x2002;

/** The IPv4 address to which packets for an IPv6 address end up, where it holds one. */
export function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  if (groups[0] === sixToFour) return dotted(groups[1], groups[2]);
  const embeds = prefixes.some((prefix) => prefix.every((group, index) => groups[index] === group));
  return embeds ? dotted(groups[6], groups[7]) : undefined;
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
