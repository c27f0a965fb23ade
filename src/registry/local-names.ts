/** Names that mean the machine itself or its cloud's metadata service, wherever they are resolved. */
const names: ReadonlySet<string> = new Set([
  'localhost',
  'localhost.localdomain',
  'ip6-localhost',
  'ip6-loopback',
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Is it such a name? For hosts that a proxy resolves, whose addresses nobody here sees. */
export function isLocalName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return names.has(name) || name.endsWith('.localhost');
}
