import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy, type FaultRule } from './fault-proxy.ts';
import { answers } from './health.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster } from './index.ts';
import { startExtraRegistry } from './registry.ts';
import { basicAuthorization, otherPuller, puller } from './registry-users.ts';
import { ServerAuthority } from './server-certificates.ts';
import { TokenServer } from './token-server.ts';

jest.setTimeout(30_000);

const cluster = TestCluster.connect();
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
  await cluster.close();
});

describe('a registry', () => {
  it('with users takes an image from one of them and gives it to nobody else', async () => {
    const { origin } = await startExtraRegistry(cluster, { name: 'users', access: { kind: 'Basic' } });
    const writer = new ImageWriter({ origin }, { authorization: () => basicAuthorization(puller) });
    const digest = await writer.push('team/app', '1', 'one');
    await writer.close();
    const head = (headers: Record<string, string>) =>
      fetch(`${origin}/v2/team/app/manifests/1`, {
        method: 'HEAD',
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json', ...headers },
      });
    expect((await head({})).status).toBe(401);
    expect((await head({ authorization: 'Basic bm9ib2R5Og==' })).status).toBe(401);
    const found = await head({ authorization: basicAuthorization(otherPuller) });
    expect(found.headers.get('docker-content-digest')).toBe(digest);
  });

  it('with tokens gives an image to whoever the token server lets pull', async () => {
    const server = await TokenServer.start({ pulls: new Map([[puller, /^team\//]]), anonymous: /^open\// });
    stops.push(() => server.stop());
    const { origin } = await startExtraRegistry(cluster, {
      name: 'tokens',
      access: { kind: 'Token', server },
    });
    const writer = new ImageWriter(
      { origin },
      { authorization: (repository) => `Bearer ${server.issue(repository, ['push', 'pull'])}` },
    );
    await writer.push('team/app', '1', 'one');
    await writer.push('open/app', '1', 'one');
    await writer.close();
    const pull = async (repository: string, authorization?: string) => {
      const scope = `repository:${repository}:pull`;
      const headers = authorization === undefined ? {} : { authorization };
      const given = await fetch(`${server.realm}?service=${server.service}&scope=${scope}`, { headers });
      const { token } = (await given.json()) as { readonly token?: string };
      const answer = await fetch(`${origin}/v2/${repository}/manifests/1`, {
        headers: {
          accept: 'application/vnd.oci.image.manifest.v1+json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      return [given.status, answer.status];
    };
    expect(await pull('team/app', basicAuthorization(puller))).toEqual([200, 200]);
    expect(await pull('team/app')).toEqual([200, 401]);
    expect(await pull('open/app')).toEqual([200, 200]);
    expect(await pull('team/app', basicAuthorization(otherPuller))).toEqual([401, 401]);
  });

  it('with TLS serves the certificate of its authority', async () => {
    const authority = await ServerAuthority.create();
    const tls = await authority.issueFiles(cluster.directory, 'registry-tls');
    const { origin } = await startExtraRegistry(cluster, { name: 'tls', tls });
    expect(origin).toMatch(/^https:/);
    expect(await answers(`${origin}/v2/`)).toBe(true);
    await expect(fetch(`${origin}/v2/`)).rejects.toThrow();
  });

  it('lists tags page by page', async () => {
    const { origin } = await startExtraRegistry(cluster, { name: 'pages', tagsOnAPage: 2 });
    const writer = new ImageWriter({ origin });
    await writer.pushTags('team/app', ['1', '2', '3'], 'one');
    await writer.close();
    const page = await fetch(`${origin}/v2/team/app/tags/list?n=100`);
    expect(await page.json()).toEqual({ name: 'team/app', tags: ['1', '2'] });
    expect(page.headers.get('link')).toContain('rel="next"');
  });
});

describe('the fault proxy', () => {
  let proxy: FaultProxy;
  let digest = '';
  const path = '/v2/team/app/manifests/1';
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
  beforeAll(async () => {
    const upstream = `http://${cluster.registry}`;
    const writer = new ImageWriter({ origin: upstream });
    digest = await writer.push('team/app', '1', 'one');
    await writer.close();
    proxy = await FaultProxy.start({ upstream });
    stops.push(() => proxy.stop());
  });

  async function outcome(rule: Omit<FaultRule, 'path'>): Promise<string> {
    proxy.rules = [{ path: /manifests/, ...rule }];
    try {
      const answer = await fetch(`${proxy.origin}${path}`, { headers, signal: AbortSignal.timeout(500) });
      const text = await answer.text();
      const right = digest === `sha256:${createHash('sha256').update(text).digest('hex')}`;
      return `${answer.status} ${right ? 'right' : 'wrong'}`;
    } catch (error) {
      return (error as Error).name;
    }
  }

  it('passes on what no rule meets, and counts', async () => {
    proxy.requests.length = 0;
    expect(await outcome({ method: 'HEAD', fault: { kind: 'Reset' } })).toBe('200 right');
    expect(proxy.count('GET', /\/manifests\/1$/)).toBe(1);
    expect(proxy.count('HEAD', /./)).toBe(0);
  });

  it('answers for a while as told', async () => {
    const rule: FaultRule = { path: /manifests/, first: 1, fault: { kind: 'Answer', status: 429 } };
    proxy.rules = [rule];
    const states = [1, 2].map(() => fetch(`${proxy.origin}${path}`, { headers }));
    expect((await Promise.all(states)).map(({ status }) => status).sort()).toEqual([200, 429]);
  });

  it.each<readonly [FaultRule['fault'], string]>([
    [{ kind: 'Late', ms: 50 }, '200 right'],
    [{ kind: 'Silent' }, 'TimeoutError'],
    [{ kind: 'StalledBody' }, 'TimeoutError'],
    [{ kind: 'CutBody' }, 'TypeError'],
    [{ kind: 'WrongBody' }, '200 wrong'],
    [{ kind: 'HugeBody', bytes: 200_000 }, '200 wrong'],
    [{ kind: 'Reset' }, 'TypeError'],
  ])('does %j', async (fault, expected) => {
    expect(await outcome({ fault })).toBe(expected);
  });
});
