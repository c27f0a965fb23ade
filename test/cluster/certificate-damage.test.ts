import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CertificatesStage } from './certificates-stage.ts';
import { Handshakes } from './handshakes.ts';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { ReviewLoad } from './review-load.ts';
import type { SupervisedProcess } from './supervised-process.ts';

jest.setTimeout(180_000);

const cluster = TestCluster.connect();
const resolved = `quay.io/keycloak/keycloak@${digest(1)}`;
let stage: CertificatesStage;
let leader: SupervisedProcess;
let namespace = '';
let load: ReviewLoad;
let handshakes: Handshakes;

beforeAll(async () => {
  stage = await CertificatesStage.set(cluster, {
    name: 'certificate-damage',
    issuing: { certificateLifetime: '1h', authorityLifetime: '24h', trustDelay: '3s' },
  });
  namespace = await cluster.namespace(stage.labels);
  await writeStream(cluster, namespace, 'keycloak', { '20': resolved });
  await stage.register(stage.replicas[0]?.port ?? 0);
  leader = await stage.startController('damage-first');
  await stage.ready();
  await waitFor('every caBundle', () => stage.bundles(), { until: (all) => !all.includes(undefined) });
  await stage.startController('damage-second');
});
afterAll(() => cluster.close());

beforeEach(async () => {
  load = await ReviewLoad.start(cluster, { namespace, image: 'keycloak:20', resolved });
  handshakes = await Handshakes.start(stage);
});
afterEach(async () => {
  await load.stop();
  await handshakes.stop();
});

const kubectl = (...args: readonly string[]) => cluster.kubectl(args);
const secretArgs = (which: 'serving' | 'authority') => [
  'secret',
  stage.secretName(which),
  '-n',
  stage.namespace,
];
const idIn = (pem = '') => new X509Certificate(pem).fingerprint256;
const isOne = (bundle: string) => bundle.split('BEGIN').length === 2;
const countOf = (event: string) => stage.told(event);

/** Does the damage, waits for its Event, and for what it mends. */
async function mended(event: string, damage: () => Promise<unknown>): Promise<void> {
  const before = await countOf(event);
  await damage();
  await waitFor(`the Event ${event}`, () => countOf(event), { until: (count) => count > before });
}

/** The serving certificate as it is now, and a wait for another one. */
async function newLeaf(): Promise<{ readonly before: string; wait(): Promise<string> }> {
  const before = idIn((await stage.secret('serving'))['tls.crt']);
  return {
    before,
    wait: () =>
      waitFor('another serving certificate', async () => idIn((await stage.secret('serving'))['tls.crt']), {
        until: (id) => id !== before,
        timeoutMs: 60_000,
      }),
  };
}

async function expectNoFailure(): Promise<void> {
  const sent = load.sent;
  await waitFor('more reviews', () => load.sent, { until: (now) => now > sent + 10 });
  expect((await load.stop()).failures).toEqual([]);
  expect((await handshakes.stop()).failures).toEqual([]);
}

describe('without a single review that fails', () => {
  it('a deleted serving Secret comes back', async () => {
    await mended('CertificateMended Secret', () => kubectl('delete', ...secretArgs('serving')));
    await expectNoFailure();
  });

  it.each([
    ['no certificate', 'tls.crt', 'AAAA'],
    // a Secret of this type cannot do without
    ['an empty key', 'tls.key', ''],
  ])('a serving Secret with %s is replaced', async (_what, key, text) => {
    const damage = JSON.stringify({ data: { [key]: text } });
    await mended('CertificateMended Secret', () =>
      kubectl('patch', ...secretArgs('serving'), '--type=merge', '-p', damage),
    );
    await expectNoFailure();
  });

  it('a deleted authority has a successor, and both are trusted meanwhile', async () => {
    const leaf = await newLeaf();
    const authority = idIn((await stage.secret('authority'))['ca.crt']);
    await mended('AuthorityMended Secret', () => kubectl('delete', ...secretArgs('authority')));
    await leaf.wait();
    const { 'ca.crt': current, 'previous.crt': previous } = await stage.secret('authority');
    expect(idIn(previous)).toBe(authority);
    expect(idIn(current)).not.toBe(authority);
    expect(idIn((await stage.secret('serving'))['ca.crt'])).toBe(idIn(current));
    await expectNoFailure();
  });

  it('a damaged key of the authority, too', async () => {
    const leaf = await newLeaf();
    const damage = JSON.stringify({ data: { 'ca.key': 'AAAA' } });
    await mended('AuthorityMended Secret', () =>
      kubectl('patch', ...secretArgs('authority'), '--type=merge', '-p', damage),
    );
    await leaf.wait();
    await expectNoFailure();
  });

  it('a leader that is killed amid a change of authorities leaves nothing undone', async () => {
    const leaf = await newLeaf();
    const before = await countOf('AuthorityMended Secret');
    await kubectl('delete', ...secretArgs('authority'));
    await waitFor('the new authority', () => countOf('AuthorityMended Secret'), {
      until: (count) => count > before,
    });
    expect(await leader.stop('SIGKILL')).toBe('SIGKILL');
    expect(idIn((await stage.secret('serving'))['tls.crt'])).toBe(leaf.before);
    await leaf.wait();
    expect(idIn((await stage.secret('serving'))['ca.crt'])).toBe(
      idIn((await stage.secret('authority'))['ca.crt']),
    );
    await expectNoFailure();
  });
});

it('an authority is out at once when it is taken out of its Secret', async () => {
  const { 'previous.crt': previous } = await stage.secret('authority');
  expect(previous).toBeDefined();
  const patch = JSON.stringify([{ op: 'remove', path: '/data/previous.crt' }]);
  await kubectl('patch', ...secretArgs('authority'), '--type=json', '-p', patch);
  const current = idIn((await stage.secret('authority'))['ca.crt']);
  await waitFor('the others to be out of every caBundle', () => stage.bundles(), {
    until: (bundles) => bundles.every((bundle = '') => isOne(bundle) && idIn(bundle) === current),
  });
  await expectNoFailure();
});

describe('what was written to caBundle', () => {
  it.each([
    ['emptied', 'remove', undefined],
    ['replaced by somebody else’s', 'replace', 'stranger'],
  ])('is put right when it was %s', async (_what, op, value) => {
    const expected = await stage.bundles();
    const stranger =
      value && Buffer.from((await stage.secret('serving'))['tls.crt'] ?? '').toString('base64');
    const patch = [
      {
        op,
        path: '/webhooks/0/clientConfig/caBundle',
        ...(stranger === undefined ? {} : { value: stranger }),
      },
    ];
    await mended('BundleMended MutatingWebhookConfiguration', () =>
      kubectl(
        ...['patch', 'mutatingwebhookconfiguration', stage.settings.name],
        ...['--type=json', '-p', JSON.stringify(patch)],
      ),
    );
    await waitFor('the bundles as they were', () => stage.bundles(), {
      until: (bundles) => JSON.stringify(bundles) === JSON.stringify(expected),
    });
  });
});
