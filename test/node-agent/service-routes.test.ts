import { describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointSlice, Service } from '../cluster/node-agent/objects.ts';
import { loopbackOf, Subnet } from '../cluster/node-agent/pod-address.ts';
import { routeOf } from '../cluster/node-agent/service-routes.ts';

const metadata = { name: 'web', namespace: 'ns', uid: 'u' };
const services: Service[] = [
  {
    metadata,
    spec: {
      clusterIPs: ['10.0.0.9'],
      ports: [
        { name: 'https', port: 443 },
        { name: 'odd', port: 53, protocol: 'UDP' },
      ],
    },
  },
];

function slice(
  endpoints: readonly Endpoint[],
  labels = { 'kubernetes.io/service-name': 'web' },
): EndpointSlice {
  return {
    metadata: { ...metadata, name: 'web-x', labels },
    ports: [{ name: 'https', port: 8443 }],
    endpoints,
  };
}
const up = (address: string): Endpoint => ({ addresses: [address], conditions: { ready: true } });
const ending = (address: string, serving = true): Endpoint => ({
  addresses: [address],
  conditions: { ready: false, serving, terminating: true },
});

describe('the way to a Service', () => {
  it.each([
    [
      'all that are ready',
      [up('10.80.0.2'), up('10.80.0.3'), ending('10.80.0.4')],
      ['10.80.0.2:8443', '10.80.0.3:8443'],
    ],
    [
      'those that end, when no other is there',
      [ending('10.80.0.4'), ending('10.80.0.5', false)],
      ['10.80.0.4:8443'],
    ],
    ['one that says nothing of itself', [{ addresses: ['10.80.0.2'] }], ['10.80.0.2:8443']],
  ])('leads to %s', (_, endpoints, targets) => {
    const route = routeOf('10.0.0.9', 443, services, [slice(endpoints)]);
    expect(route).toEqual({ ok: true, service: 'ns/web:443', targets });
  });

  it.each([
    ['10.0.0.8', 443, [up('10.80.0.2')], 'no Service has the address 10.0.0.8'],
    ['10.0.0.9', 80, [up('10.80.0.2')], 'Service ns/web has no port 80'],
    ['10.0.0.9', 53, [up('10.80.0.2')], 'Service ns/web has no port 53'],
    ['10.0.0.9', 443, [], 'Service ns/web has no endpoint that is ready'],
    [
      '10.0.0.9',
      443,
      [{ addresses: ['10.80.0.2'], conditions: { ready: false } }],
      'Service ns/web has no endpoint that is ready',
    ],
  ])('is refused: %s:%d', (address, port, endpoints, reason) => {
    expect(routeOf(address, port, services, [slice(endpoints)])).toEqual({ ok: false, reason });
  });

  it('is not that of another', () => {
    const other = slice([up('10.80.0.2')], { 'kubernetes.io/service-name': 'other' });
    expect(routeOf('10.0.0.9', 443, services, [other])).toMatchObject({ ok: false });
  });
});

describe('addresses of pods', () => {
  it.each([
    ['10.80.1.2', '127.80.1.2'],
    ['10.0.0.9', undefined],
    ['192.168.0.1', undefined],
    ['node-1', undefined],
  ])('%s stands for %s', (address, expected) => expect(loopbackOf(address)).toBe(expected));

  it('are not handed out twice, and not again at once', () => {
    const subnet = new Subnet(80, 1);
    const first = subnet.take();
    subnet.release(first);
    expect([subnet.node, first, subnet.take()]).toEqual(['10.80.1.1', '10.80.1.2', '10.80.1.3']);
    for (let left = 252; left > 0; left -= 1) subnet.take();
    expect(() => subnet.take()).toThrow('10.80.1.0/24 has no address left');
  });
});
