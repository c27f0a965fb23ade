import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ClusterGround } from '../../src/certificates/cluster-ground.ts';
import { Rotation } from '../../src/certificates/rotation.ts';
import { ServerTime } from '../../src/certificates/server-time.ts';
import type { RotationSettings } from '../../src/certificates/settings.ts';
import { ApiClient } from '../../src/cluster/index.ts';
import { plainConnection } from '../cluster-client/http-server.ts';
import { ObjectServer } from '../cluster-client/object-server.ts';

const hour = 3_600_000;
const secrets = '/api/v1/namespaces/ns/secrets';
const registrations = '/apis/admissionregistration.k8s.io/v1';

const settings: RotationSettings = {
  serving: { namespace: 'ns', name: 'tls' },
  authority: { namespace: 'ns', name: 'authority' },
  configuration: 'imagestreams',
  names: { dnsNames: ['webhook.ns.svc'], ipAddresses: ['127.0.0.1'] },
  servingLifetimeMs: 90 * hour,
  authorityLifetimeMs: 900 * hour,
  trustDelayMs: hour,
};

let server: ObjectServer;
let client: ApiClient;
let now = Date.parse('2026-03-01T12:00:00Z');
let elapsed = 0;

beforeEach(async () => {
  server = new ObjectServer();
  await server.http.start();
  client = new ApiClient({ connection: plainConnection(server.http), userAgent: 'test' });
  for (const kind of ['mutating', 'validating']) {
    server.store.put(`${registrations}/${kind}webhookconfigurations/imagestreams`, {
      webhooks: [
        { name: 'a', clientConfig: { service: { name: 'webhook' } }, rules: [{ kept: true }] },
        { name: 'b', clientConfig: { url: 'https://webhook' } },
      ],
    });
  }
});
afterEach(async () => {
  client.close();
  await server.http.stop();
});

/** As a process that has just started; gives the kinds of its steps. */
async function settle(rotation = started()): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (;;) {
    const { step } = await rotation.step();
    kinds.push(step.kind);
    if (step.kind === 'Rest') return kinds;
  }
}

function started(with_: RotationSettings = settings): Rotation {
  const time = new ServerTime({ client, logger: pino({ level: 'silent' }), now: () => now });
  return new Rotation(new ClusterGround(client, with_, time), with_, { now: () => elapsed });
}

const data = (name: string, key: string) => {
  const secret = server.store.get(`${secrets}/${name}`) as { data?: Record<string, string> } | undefined;
  const text = secret?.data?.[key];
  return text && Buffer.from(text, 'base64').toString();
};
const bundles = () =>
  server.store
    .under(registrations)
    .flatMap(({ webhooks }) =>
      (webhooks as { clientConfig: { caBundle?: string } }[]).map(
        ({ clientConfig }) =>
          clientConfig.caBundle && Buffer.from(clientConfig.caBundle, 'base64').toString(),
      ),
    );
const tamper = (name: string, change: Readonly<Record<string, string>>) => {
  const secret = server.store.get(`${secrets}/${name}`);
  const before = secret?.['data'] as object;
  server.store.put(`${secrets}/${name}`, { ...secret, data: { ...before, ...change } });
};
const fromNothing = ['IssueAuthority', 'IssueServing', 'WriteBundle', 'WriteBundle', 'Rest'];

describe('a cluster without certificates', () => {
  it('has all of them after four writes', async () => {
    expect(await settle()).toEqual(fromNothing);
    const [leaf, authority] = [data('tls', 'tls.crt'), data('authority', 'ca.crt')];
    const [certificate, issuer] = [new X509Certificate(leaf ?? ''), new X509Certificate(authority ?? '')];
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkHost('webhook.ns.svc')).toBe('webhook.ns.svc');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.validToDate).toEqual(new Date(now + 90 * hour));
    expect(data('tls', 'ca.crt')).toBe(authority);
    expect(bundles()).toEqual([authority, authority, authority, authority]);
    expect(server.store.get(`${secrets}/tls`)?.['type']).toBe('kubernetes.io/tls');
  });

  it('keeps what others wrote to the same objects', async () => {
    await settle();
    const [mutating] = server.store.under(`${registrations}/mutating`);
    expect(mutating?.['webhooks']).toMatchObject([
      { name: 'a', clientConfig: { service: { name: 'webhook' } }, rules: [{ kept: true }] },
      { name: 'b', clientConfig: { url: 'https://webhook' } },
    ]);
  });

  it('is not written to again', async () => {
    await settle();
    expect(await settle()).toEqual(['Rest']);
  });
});

describe('a change of authorities', () => {
  it('goes through its steps, and the old key is gone at once', async () => {
    const rotation = started();
    await settle(rotation);
    const old = data('authority', 'ca.crt');
    now += 601 * hour;
    // the certificate has expired long ago in this jump, and comes first
    expect(await settle(rotation)).toEqual([
      'IssueServing',
      'IssueAuthority',
      'WriteBundle',
      'WriteBundle',
      'Rest',
    ]);
    const fresh = data('authority', 'ca.crt');
    expect(data('authority', 'previous.crt')).toBe(old);
    expect(bundles()[3]).toBe(`${fresh}${old}`);
    elapsed += hour;
    now += hour;
    expect(await settle(rotation)).toEqual(['IssueServing', 'Rest']);
    expect(data('tls', 'ca.crt')).toBe(fresh);
    now += 59 * hour;
    expect(await settle(rotation)).toEqual(['Rest']);
    now += hour;
    expect(await settle(rotation)).toEqual(['IssueServing', 'Rest']);
    now += 30 * hour;
    expect(await settle(rotation)).toEqual(['RetireAuthorities', 'WriteBundle', 'WriteBundle', 'Rest']);
    expect(data('authority', 'previous.crt')).toBeUndefined();
    expect(bundles()[0]).toBe(fresh);
  });
});

describe('damage', () => {
  it.each([
    ['tls', 'tls.crt', ['IssueServing', 'Rest']],
    ['tls', 'tls.key', ['IssueServing', 'Rest']],
    ['authority', 'ca.key', ['IssueAuthority', 'WriteBundle', 'WriteBundle', 'Rest']],
    ['authority', 'ca.crt', ['IssueAuthority', 'WriteBundle', 'WriteBundle', 'Rest']],
  ])('to %s %s is made good', async (name, key, steps) => {
    const rotation = started();
    await settle(rotation);
    const before = data('authority', 'ca.crt');
    tamper(name, { [key]: Buffer.from('garbage').toString('base64') });
    expect(await settle(rotation)).toEqual(steps);
    if (name === 'authority') expect(data('authority', 'previous.crt')).toBe(before);
  });

  it('keeps labels of a Secret that it replaces the content of', async () => {
    await settle();
    const secret = server.store.get(`${secrets}/tls`);
    const metadata = { ...secret?.metadata, labels: { mine: 'yes' } };
    server.store.put(`${secrets}/tls`, { ...secret, metadata, data: {} });
    await settle();
    expect(server.store.get(`${secrets}/tls`)?.metadata.labels).toEqual({ mine: 'yes' });
  });

  it('by a race is refused by the API server, and looked at again', async () => {
    const rotation = started();
    await settle(rotation);
    tamper('tls', { 'tls.crt': '' });
    const outcomes = await Promise.allSettled([rotation.step(), started().step()]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeLessThan(2);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'Conflict' });
    expect(await settle(rotation)).toEqual(['Rest']);
  });
});

it('copies ca.crt where somebody else issues certificates, and writes nothing else', async () => {
  await settle();
  const { authority: _none, ...provided } = settings;
  tamper('tls', { 'ca.crt': Buffer.from(`${data('tls', 'tls.crt')}`).toString('base64') });
  expect(await settle(started(provided))).toEqual(['WriteBundle', 'WriteBundle', 'Rest']);
  expect(bundles()[0]).toBe(data('tls', 'tls.crt'));
});
