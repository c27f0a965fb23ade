import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AddressRules } from '../../src/registry/address-rules.ts';
import type { Resolve } from '../../src/registry/index.ts';
import { image } from './images.ts';
import { errorOf, find, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const addressesOf =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('an address', () => {
  const rules = new AddressRules({ deny: ['10.96.0.0/12', 'fd00:10:96::/112'], allow: [] });
  it.each([
    ['127.0.0.1', /loopback/],
    ['127.255.0.9', /loopback/],
    ['::1', /loopback/],
    ['0:0:0:0:0:0:0:1', /loopback/],
    ['0.0.0.0', /unspecified/],
    ['::', /unspecified/],
    ['169.254.169.254', /link-local/],
    ['169.254.170.2', /link-local/],
    ['fe80::1', /link-local/],
    ['fe80::1%eth0', /link-local/],
    ['febf::1', /link-local/],
    ['224.0.0.1', /multicast/],
    ['ff02::1', /multicast/],
    ['255.255.255.255', /reserved/],
    ['fd00:ec2::254', /metadata/],
    ['100.100.100.200', /metadata/],
    ['168.63.129.16', /metadata/],
    ['fd20:ce::254', /metadata/],
    ['::ffff:127.0.0.1', /loopback/],
    ['::ffff:7f00:1', /loopback/],
    ['::ffff:a9fe:a9fe', /link-local/],
    ['::127.0.0.1', /loopback/],
    ['64:ff9b::7f00:1', /loopback/],
    ['64:ff9b::169.254.169.254', /link-local/],
    ['64:ff9b:1::1', /reserved/],
    ['2002:7f00:1::', /loopback/],
    ['2002:a9fe:a9fe::1', /link-local/],
    ['2001:0:1::1', /reserved/],
    ['::ffff:0:127.0.0.1', /loopback/],
    ['10.96.0.1', /closed to imports/],
    ['10.111.255.255', /closed to imports/],
    ['::ffff:10.96.0.1', /closed to imports/],
    ['64:ff9b::10.96.0.10', /closed to imports/],
    ['fd00:10:96::1', /closed to imports/],
    ['localhost', /no valid address/],
  ])('%s is refused', (address, why) => {
    expect(rules.objection(address)).toMatch(why);
  });

  it.each([
    '1.1.1.1',
    '10.0.0.1',
    '192.168.1.10',
    '172.16.0.1',
    '100.64.0.1',
    '10.112.0.0',
    '2606:4700::1111',
    'fd00::1',
    '64:ff9b::1.1.1.1',
    '::ffff:1.1.1.1',
  ])('%s is allowed', (address) => {
    expect(rules.objection(address)).toBeUndefined();
  });

  it('that is allowed expressly is allowed in every spelling', () => {
    const lenient = new AddressRules({ deny: ['0.0.0.0/0'], allow: ['127.0.0.1', '::1/128'] });
    expect(['127.0.0.1', '::ffff:127.0.0.1', '::1'].map((each) => lenient.objection(each))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(lenient.objection('127.0.0.2')).toMatch(/loopback/);
    expect(lenient.objection('8.8.8.8')).toMatch(/closed/);
  });

  it('of IPv4 is judged the same within IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const plain = rules.objection(address);
        for (const prefix of ['::ffff:', '64:ff9b::']) {
          expect(rules.objection(prefix + address)).toBe(plain);
        }
      }),
    );
  });

  it.each(['10.0.0.0/33', 'fd00::/129', 'ten', '10.0.0.0/', '10.0.0.0/8/8x', '', '10.0.0.0/-1'])(
    'range %j is no setting',
    (cidr) => {
      expect(() => new AddressRules({ deny: [cidr], allow: [] })).toThrow(RangeError);
    },
  );
});

describe('a host', () => {
  const strict = { deny: ['10.96.0.0/12'], allow: [] };

  it.each([
    ['127.0.0.1:5000', 'a loopback address'],
    ['169.254.169.254', 'a link-local address'],
    ['10.96.0.1', 'an address of a network that is closed to imports'],
    ['localhost:5000', 'a loopback address'],
  ])('%s is not asked', async (host, what) => {
    const error = await errorOf(find(stage.client({ addresses: strict }), `${host}/app:1`));
    expect(error.code).toBe('AddressForbidden');
    expect(error.message).toBe(
      `the registry ${host} is not asked for "${host}/app:1": it has ${what}, which imports may not reach`,
    );
  });

  it('whose name has a forbidden address is not asked', async () => {
    const resolve = addressesOf('169.254.169.254');
    const error = await errorOf(find(stage.client({ addresses: strict, resolve }), 'registry.test/app:1'));
    expect(error.code).toBe('AddressForbidden');
    expect(error.message).not.toContain('169.254');
  });

  it('is connected to at the address that was checked, whatever its name means a moment later', async () => {
    const registry = await stage.registry();
    registry.push('app', '1', image('one'));
    let address = '127.0.0.1';
    const resolve: Resolve = () => addressesOf(address)('');
    const host = `registry.test:${registry.server.port}`;
    const client = stage.client({ resolve });
    for (let times = 0; times < 3; times++) {
      expect((await find(client, `${host}/app:1`)).image).toBe(image('one').digest);
      address = '169.254.169.254';
    }
    const asked = registry.asked.length;
    expect((await errorOf(find(stage.client({ resolve }), `${host}/app:1`))).code).toBe('AddressForbidden');
    expect(registry.asked).toHaveLength(asked);
  });

  it('keeps its name in Host and is asked at those of its addresses that are allowed', async () => {
    const registry = await stage.registry();
    registry.push('app', '1', image('one'));
    const resolve = addressesOf('169.254.169.254', '127.0.0.1', 'fe80::1');
    const host = `registry.test:${registry.server.port}`;
    expect((await find(stage.client({ resolve }), `${host}/app:1`)).image).toBe(image('one').digest);
    expect(registry.server.requests[0]?.headers.host).toBe(host);
  });
});
