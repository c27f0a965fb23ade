import { afterEach, describe, expect, it } from '@jest/globals';
import { ProxyChoice } from '../../src/registry/proxy-choice.ts';
import { certificateFor } from './certificates.ts';
import { image } from './images.ts';
import { ProxyServer } from './proxy-server.ts';
import { credentialsFor, errorOf, find, password, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const one = image('one');
const strict = { deny: [], allow: [] };

async function proxyServer(): Promise<ProxyServer> {
  const proxy = await new ProxyServer().start();
  stage.onClose(() => proxy.stop());
  return proxy;
}

describe('a proxy', () => {
  const pair = certificateFor('registry.example.com');
  it('is asked for a tunnel to a registry with TLS, whose certificate is checked', async () => {
    const [proxy, registry] = [await proxyServer(), await stage.registry(pair)];
    registry.push('app', '1', one);
    proxy.hosts.set('registry.example.com:443', registry.server.port);
    const env = { HTTPS_PROXY: `http://user:pass@${proxy.host}` };
    const spec = 'registry.example.com/app:1';
    const client = stage.client({ env, extraCa: pair.cert, addresses: strict });
    expect((await find(client, spec, { insecure: false })).image).toBe(one.digest);
    expect(proxy.asked[0]).toBe('CONNECT registry.example.com:443');
    expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from('user:pass').toString('base64')}`);
    const distrustful = stage.client({ env, addresses: strict });
    expect((await errorOf(find(distrustful, spec, { insecure: false }))).code).toBe('UntrustedCertificate');
    expect((await find(distrustful, spec)).image).toBe(one.digest);
  });

  it('passes on what is plain, without a word of the credentials', async () => {
    const [proxy, registry] = [await proxyServer(), await stage.registry()];
    registry.push('app', '1', one);
    proxy.hosts.set('registry.example.com', registry.server.port);
    const client = stage.client({ env: { http_proxy: proxy.host }, addresses: strict, resolve: noName });
    const error = await errorOf(find(client, 'registry.example.com/app:1'));
    // HTTPS goes direct here, and finds no name
    expect(error.code).toBe('HostNotFound');
    proxy.hosts.set('registry.example.com:80', registry.server.port);
    const both = stage.client({
      env: { http_proxy: proxy.host, https_proxy: proxy.host },
      addresses: strict,
    });
    const credentials = credentialsFor({ 'registry.example.com': password('ann', 'right') });
    proxy.hosts.set('registry.example.com:443', registry.server.port);
    expect((await find(both, 'registry.example.com/app:1', {}, credentials)).image).toBe(one.digest);
    expect(proxy.asked.at(-1)).toBe(`GET http://registry.example.com/v2/app/manifests/${one.digest}`);
    expect(registry.server.requests.at(-1)?.headers.host).toBe('registry.example.com');
  });

  it.each(['localhost:5000', 'a.localhost', '169.254.169.254', '10.96.0.1', 'metadata.google.internal'])(
    'is not asked for %s',
    async (host) => {
      const proxy = await proxyServer();
      const env = { HTTPS_PROXY: proxy.host, HTTP_PROXY: proxy.host };
      const addresses = { deny: ['10.96.0.0/12'], allow: [] };
      const error = await errorOf(find(stage.client({ env, addresses }), `${host}/app:1`));
      expect(error.code).toBe('AddressForbidden');
      expect(proxy.asked).toEqual([]);
    },
  );

  it.each([403, 407, 502])('that refuses with %d makes the registry unreachable', async (status) => {
    const proxy = await proxyServer();
    proxy.refuses = status;
    const client = stage.client({ env: { HTTPS_PROXY: `http://u:canary@${proxy.host}` } });
    const error = await errorOf(find(client, 'registry.example.com/app:1', { insecure: false }));
    expect(error.code).toBe('Unreachable');
    expect(error.message).not.toContain('canary');
  });

  it('that does not listen makes the registry unreachable', async () => {
    const proxy = await new ProxyServer().start();
    const { host } = proxy;
    await proxy.stop();
    const client = stage.client({ env: { HTTPS_PROXY: host } });
    const error = await errorOf(find(client, 'registry.example.com/app:1', { insecure: false }));
    expect(error.code).toBe('Unreachable');
  });

  it('of another kind is refused at the start, without a word of its password', () => {
    const env = { HTTPS_PROXY: 'socks5://user:canary@proxy.example.com' };
    expect(() => stage.client({ env })).toThrow(/^HTTPS_PROXY is not the URL of an HTTP proxy/);
    expect(() => stage.client({ env })).not.toThrow(/canary/);
  });
});

function noName(): Promise<never> {
  return Promise.reject(Object.assign(new Error('no name'), { code: 'ENOTFOUND' }));
}

describe('the choice of a proxy', () => {
  const http_proxy = 'http://plain.example.com:3128';
  const HTTPS_PROXY = 'secure.example.com:3128';
  it.each([
    ['https://quay.io/v2/', '', 'secure'],
    ['http://quay.io/v2/', '', 'plain'],
    ['https://quay.io/v2/', '*', 'none'],
    ['https://quay.io/v2/', 'quay.io', 'none'],
    ['https://cdn.quay.io/v2/', 'quay.io', 'none'],
    ['https://notquay.io/v2/', 'quay.io', 'secure'],
    ['https://quay.io/v2/', '.quay.io', 'secure'],
    ['https://cdn.quay.io/v2/', '.quay.io', 'none'],
    ['https://cdn.quay.io/v2/', '*.quay.io', 'none'],
    ['https://QUAY.io/v2/', 'other.io, Quay.IO', 'none'],
    ['https://quay.io:8443/v2/', 'quay.io:8443', 'none'],
    ['https://quay.io/v2/', 'quay.io:8443', 'secure'],
    ['https://quay.io/v2/', 'quay.io:443', 'none'],
    ['https://10.1.2.3/v2/', '10.0.0.0/8', 'none'],
    ['https://11.1.2.3/v2/', '10.0.0.0/8', 'secure'],
    ['https://[fd00::1]/v2/', 'fd00::/8', 'none'],
    ['https://10.1.2.3/v2/', '10.1.2.3', 'none'],
    ['https://quay.io/v2/', '10.0.0.0/99 nonsense/8', 'secure'],
    ['https://localhost:5000/v2/', '', 'none'],
    ['https://127.0.0.1:5000/v2/', '', 'none'],
  ])('for %s with NO_PROXY=%j is %s', (url, NO_PROXY, expected) => {
    const proxy = new ProxyChoice({ http_proxy, HTTPS_PROXY, NO_PROXY }).for(new URL(url));
    expect(proxy?.hostname.split('.')[0] ?? 'none').toBe(expected);
  });
});
