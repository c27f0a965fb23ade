import { BlockList, isIP, isIPv6 } from 'node:net';
import { embeddedIPv4 } from './embedded-address.ts';
import type { AddressPolicy } from './settings.ts';

/** Addresses that no registry has, and what they are. */
const never: Readonly<Record<string, readonly string[]>> = {
  'a loopback address': ['127.0.0.0/8', '::1/128'],
  'a link-local address': ['169.254.0.0/16', 'fe80::/10', 'fec0::/10'],
  'an unspecified address': ['0.0.0.0/8', '::/128'],
  'a multicast address': ['224.0.0.0/4', 'ff00::/8'],
  'a reserved address': ['240.0.0.0/4', '100::/64', '2001::/32', '64:ff9b:1::/48'],
  // Alibaba Cloud, Oracle Cloud, Azure, AWS, Google Cloud, Scaleway; the usual one is link-local
  'the address of a metadata service': [
    '100.100.100.200/32',
    '192.0.0.192/32',
    '168.63.129.16/32',
    'fd00:ec2::/32',
    'fd20:ce::/32',
    'fd00:42::42/128',
  ],
};

/** Says of an address why it may not be connected to. Throws a RangeError for a policy that has something else than networks. */
export class AddressRules {
  readonly #allowed: BlockList;
  readonly #denied: readonly (readonly [string, BlockList])[];

  constructor({ allow, deny }: AddressPolicy) {
    this.#allowed = networks(allow);
    this.#denied = [
      ...Object.entries(never).map(([what, cidrs]) => [what, networks(cidrs)] as const),
      ['an address of a network that is closed to imports', networks(deny)],
    ];
  }

  /**
   * What is wrong with an address (`a loopback address`), undefined when nothing is. An IPv4 address within an IPv6 address is judged, too.
   *
   * @param address IPv4 or IPv6, without brackets
   */
  objection(address: string): string | undefined {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0) return 'no valid address';
    if (this.#allowed.check(address, family)) return undefined;
    const embedded = family === 'ipv6' ? embeddedIPv4(address) : undefined;
    const [what] = this.#denied.find(([, list]) => list.check(address, family)) ?? [];
    return what ?? (embedded === undefined ? undefined : this.objection(embedded));
  }
}

function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
    const bits = isIPv6(address) ? 128 : 32;
    const length = Number(prefix ?? bits);
    if (isIP(address) === 0 || length > bits) {
      throw new RangeError(`"${cidr}" is not a network, such as 10.0.0.0/8 or fd00::/8.`);
    }
    list.addSubnet(address, length, bits === 128 ? 'ipv6' : 'ipv4');
  }
  return list;
}
