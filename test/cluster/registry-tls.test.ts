import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster } from './index.ts';
import { installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { puller, pullSecret } from './registry-users.ts';
import { ServerAuthority } from './server-certificates.ts';
import { userStream } from './stream-manifests.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const upstream = `http://${cluster.registry}`;
const writer = new ImageWriter({ origin: upstream });
const proxies: FaultProxy[] = [];
let project: Project;
let trusted: FaultProxy;
let untrusted: FaultProxy;
let mirror: FaultProxy;
let image = '';

beforeAll(async () => {
  const [ours, theirs] = await Promise.all([ServerAuthority.create(), ServerAuthority.create('others')]);
  trusted = await proxy({ upstream, tls: await ours.issue() });
  untrusted = await proxy({ upstream, tls: await theirs.issue() });
  mirror = await proxy({ upstream });
  image = await writer.push('tls/app', '1', 'app');
  const { namespaceLabels } = await installWebhook(cluster, { name: 'tls' });
  await installLeader(cluster, {
    registryCa: ours.writeCertificate(cluster.directory, 'registries-ca'),
    mirrors: [
      {
        source: 'registry.invalid/team',
        mirrors: [{ location: `${mirror.host}/tls`, insecure: true }],
        contactSource: false,
      },
    ],
    interval: '3s',
  });
  project = await Project.create(cluster, { labels: namespaceLabels });
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
  for (const each of proxies) await each.stop();
});

async function proxy(settings: Parameters<typeof FaultProxy.start>[0]): Promise<FaultProxy> {
  const started = await FaultProxy.start(settings);
  proxies.push(started);
  return started;
}

describe('a registry with TLS', () => {
  it('is believed when its authority is one of those given', async () => {
    await project.apply(userStream('known', { '1': { from: `${trusted.host}/tls/app:1`, insecure: false } }));
    await project.imported('known', '1', image);
  });

  it('is not believed with any other certificate, and the condition says what can be done', async () => {
    const tag = { from: `${untrusted.host}/tls/app:1`, insecure: false };
    await project.apply(userStream('unknown', { '1': tag }));
    const { message } = await project.failed('unknown', '1', 'UntrustedCertificate');
    expect(message).toMatch(/insecure|authority|CA/);
    expect(untrusted.requests).toEqual([]);
  });

  it('with a certificate of others serves insecure tags, which decide nothing for secure ones of the same source', async () => {
    const from = `${untrusted.host}/tls/app:1`;
    await project.apply(
      userStream('both', {
        insecure: { from, scheduled: true },
        secure: { from, insecure: false, scheduled: true },
      }),
    );
    await project.imported('both', 'insecure', image);
    await project.failed('both', 'secure', 'UntrustedCertificate');
    await project.requestImport('both', 'insecure');
    await project.requestImport('both', 'secure');
    await project.imported('both', 'insecure', image);
    await project.failed('both', 'secure', 'UntrustedCertificate');
    expect(await project.history('both', 'secure')).toEqual([]);
  });
});

describe('a registry without TLS', () => {
  it('is asked only for insecure tags', async () => {
    const plain = await proxy({ upstream });
    const from = `${plain.host}/tls/app:1`;
    await project.apply(userStream('plain', { secure: { from, insecure: false } }));
    const { message } = await project.failed('plain', 'secure');
    expect(message).toContain('insecure');
    expect(plain.requests).toEqual([]);
    await project.patchTag('plain', 'secure', '/importPolicy/insecure', true);
    await project.requestImport('plain', 'secure');
    await project.imported('plain', 'secure', image);
  });
});

describe('a mirror', () => {
  it('is asked in place of the source, and the source is what is recorded', async () => {
    const from = 'registry.invalid/team/app:1';
    await project.apply(userStream('mirrored', { '1': { from, insecure: false } }));
    await project.imported('mirrored', '1', image);
    const { items } = (await project.tag('mirrored', '1')) ?? {};
    expect(items?.[0]?.dockerImageReference).toBe(`registry.invalid/team/app@${image}`);
    expect(mirror.count('HEAD', /^\/v2\/tls\/app\//)).toBeGreaterThan(0);
  });
});

describe('a redirect', () => {
  it('to another host goes there without the credentials', async () => {
    const elsewhere = await proxy({ upstream });
    const fault = { kind: 'Redirect', to: elsewhere.origin } as const;
    const before = await proxy({ upstream, rules: [{ path: /^\/v2\//, fault }] });
    await project.apply(pullSecret('before', before.host, puller));
    await project.apply(userStream('redirected', { '1': `${before.host}/tls/app:1` }));
    await project.imported('redirected', '1', image);
    expect(before.requests.some(({ authorization }) => authorization !== undefined)).toBe(true);
    expect(elsewhere.requests.length).toBeGreaterThan(0);
    expect(elsewhere.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});
