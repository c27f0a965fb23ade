import { afterEach, describe, expect, it } from '@jest/globals';
import { pullCredentials } from '../../src/registry/index.ts';
import { json } from '../cluster-client/http-server.ts';
import { type FakeRegistry, failure } from './fake-registry.ts';
import { image } from './images.ts';
import { credentialsFor, errorOf, find, password, pullSecret, Stage, systemClock } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const one = image('one');
const spec = ({ host }: FakeRegistry) => `${host}/team/app:1`;

async function withTokens() {
  const registry = await stage.registry();
  const server = await stage.tokenServer();
  registry.access = { kind: 'Bearer', server };
  registry.push('team/app', '1', one);
  server.users.set('ann', { password: 'right', repositories: /^team\// });
  server.users.set('bob', { password: 'right', repositories: /^other\// });
  return { registry, server };
}

async function withPasswords() {
  const registry = await stage.registry();
  registry.access = { kind: 'Basic', users: { ann: 'right' } };
  registry.push('team/app', '1', one);
  return registry;
}

describe('a registry with tokens', () => {
  it('gives what anybody may have for an anonymous token', async () => {
    const { registry, server } = await withTokens();
    server.open = /^team\//;
    expect((await find(stage.client(), spec(registry))).image).toBe(one.digest);
    const [request] = server.server.requests;
    expect(request?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
      service: 'registry',
      scope: 'repository:team/app:pull',
    });
  });

  it.each(['token', 'access_token'] as const)('is shown the %s that a password has bought', async (field) => {
    const { registry, server } = await withTokens();
    server.field = field;
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    expect((await find(stage.client(), spec(registry), {}, credentials)).image).toBe(one.digest);
    const [request] = server.server.requests;
    expect(request?.url.searchParams.get('account')).toBe('ann');
    expect(registry.authorizations).toEqual([undefined, 'Bearer token-1', 'Bearer token-1']);
  });

  it('takes an identity token by OAuth2, and an access token as it is', async () => {
    const { registry, server } = await withTokens();
    const identity = credentialsFor({ [registry.host]: { identitytoken: 'ann' } });
    expect((await find(stage.client(), spec(registry), {}, identity)).image).toBe(one.digest);
    const [request] = server.server.requests;
    expect(request?.method).toBe('POST');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      grant_type: 'refresh_token',
      service: 'registry',
      scope: 'repository:team/app:pull',
    });
    const access = credentialsFor({ [registry.host]: { registrytoken: server.issue(/^team/) } });
    expect((await find(stage.client(), spec(registry), {}, access)).image).toBe(one.digest);
    expect(server.server.requests).toHaveLength(1);
  });

  it('is asked with the token that is at hand, without being asked how', async () => {
    const { registry, server } = await withTokens();
    server.open = /./;
    const client = stage.client();
    await find(client, spec(registry));
    registry.server.requests.length = 0;
    await find(client, spec(registry), { known: one.digest });
    expect(registry.asked).toEqual(['HEAD /v2/team/app/manifests/1']);
    expect(server.server.requests).toHaveLength(1);
  });

  it('is asked for one token by many at once', async () => {
    const { registry, server } = await withTokens();
    server.open = /./;
    const client = stage.client();
    await Promise.all(Array.from({ length: 20 }, () => find(client, spec(registry))));
    expect(server.server.requests).toHaveLength(1);
  });

  it.each([
    [300, 200_000, 1],
    [300, 300_000, 2],
    [undefined, 50_000, 1],
    [undefined, 61_000, 2],
    [1, 50_000, 1],
  ])('whose token lives %p s: after %d ms it has been asked for %d', async (expiresIn, ms, tokens) => {
    const { registry, server } = await withTokens();
    server.open = /./;
    server.expiresIn = expiresIn;
    let offset = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + offset };
    const client = stage.client({ clock });
    await find(client, spec(registry));
    offset = ms;
    await find(client, spec(registry));
    expect(server.server.requests).toHaveLength(tokens);
  });

  it('that takes a token no more is asked with a new one', async () => {
    const { registry, server } = await withTokens();
    server.open = /./;
    const client = stage.client();
    await find(client, spec(registry));
    server.revoke();
    expect((await find(client, spec(registry))).image).toBe(one.digest);
    expect(server.server.requests).toHaveLength(2);
  });

  it('never sees the token of one asker with the question of another', async () => {
    const { registry, server } = await withTokens();
    const client = stage.client();
    const ann = credentialsFor({ [registry.host]: password('ann', 'right') });
    const imposter = credentialsFor({ [registry.host]: password('ann', 'wrong') });
    await find(client, spec(registry), {}, ann);
    for (const credentials of [undefined, imposter]) {
      const error = await errorOf(find(client, spec(registry), { known: one.digest }, credentials));
      expect(error.code).toBe('Unauthorized');
    }
    const [token] = registry.authorizations.filter(Boolean);
    expect(registry.authorizations.slice(3)).not.toContain(token);
    expect(server.server.requests.length).toBeGreaterThan(2);
  });
});

describe('credentials', () => {
  it('are tried from the most specific on, then none', async () => {
    const { registry, server } = await withTokens();
    const { host } = registry;
    const credentials = credentialsFor({
      [host]: password('ann', 'right'),
      [`${host}/team`]: password('bob', 'right'),
      [`${host}/team/app`]: password('ann', 'wrong'),
      [`${host}/other`]: password('never', 'asked'),
    });
    expect((await find(stage.client(), spec(registry), {}, credentials)).image).toBe(one.digest);
    const accounts = server.server.requests.map(({ url }) => url.searchParams.get('account'));
    expect(accounts).toEqual(['ann', 'bob', 'ann']);
  });

  it('that are all refused leave what anybody may have', async () => {
    const { registry, server } = await withTokens();
    server.open = /./;
    const credentials = credentialsFor({ [registry.host]: password('ann', 'wrong') });
    expect((await find(stage.client(), spec(registry), {}, credentials)).image).toBe(one.digest);
  });

  it('that are all refused, with nothing for anybody, are unauthorized in the words of OpenShift', async () => {
    const { registry } = await withTokens();
    const credentials = credentialsFor({
      [registry.host]: password('ann', 'wrong'),
      [`${registry.host}/team`]: password('bob', 'right'),
    });
    const error = await errorOf(find(stage.client(), spec(registry), {}, credentials));
    expect(error.code).toBe('Unauthorized');
    expect(error.message).toBe(`you may not have access to the container image "${spec(registry)}"`);
  });

  it('out of several secrets are all tried, before those of the process', async () => {
    const registry = await withPasswords();
    registry.access = { kind: 'Basic', users: { own: 'right' } };
    const { credentials } = pullCredentials(
      [
        pullSecret({ [registry.host]: password('ann', 'wrong') }, 'first'),
        pullSecret({ [registry.host]: password('bob', 'wrong') }, 'second'),
      ],
      [{ auths: { [`${registry.host}/team/app`]: password('own', 'right') } }],
    );
    expect((await find(stage.client(), spec(registry), {}, credentials)).image).toBe(one.digest);
    const users = registry.authorizations.map((each) =>
      Buffer.from(each?.slice(6) ?? '', 'base64')
        .toString()
        .replace(/:.*/, ''),
    );
    expect(users).toEqual(['', 'ann', 'bob', 'own', 'own']);
  });

  it('that were let in are tried first the next time', async () => {
    const registry = await withPasswords();
    const credentials = credentialsFor({
      [`${registry.host}/team`]: password('bob', 'wrong'),
      [registry.host]: password('ann', 'right'),
    });
    const client = stage.client();
    await find(client, spec(registry), {}, credentials);
    registry.server.requests.length = 0;
    await find(client, spec(registry), { known: one.digest }, credentials);
    expect(registry.asked).toEqual(['HEAD /v2/team/app/manifests/1']);
  });

  it('that are known and not allowed are forbidden', async () => {
    const registry = await withPasswords();
    registry.faults.push(({ headers }, response) => {
      if (headers.authorization !== undefined) failure(response, 403, 'DENIED');
      return headers.authorization !== undefined;
    });
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    const error = await errorOf(find(stage.client(), spec(registry), {}, credentials));
    expect(error.code).toBe('Forbidden');
    expect(error.message).toContain(registry.host);
  });

  it('are asked for at the base of the API where the answer does not say how', async () => {
    const registry = await withPasswords();
    registry.faults.push(({ url, headers }, response) => {
      const silent = url.pathname !== '/v2/' && headers.authorization === undefined;
      if (silent) response.writeHead(401).end();
      return silent;
    });
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    expect((await find(stage.client(), spec(registry), {}, credentials)).image).toBe(one.digest);
    expect(registry.asked[1]).toBe('GET /v2/');
  });
});

describe('a token server', () => {
  it.each<readonly [string, string, string]>([
    ['is no URL', 'nowhere', 'InvalidResponse'],
    ['is of another scheme', 'file:///etc/passwd', 'InvalidResponse'],
    ['is a metadata service', 'http://169.254.169.254/latest/meta-data', 'AddressForbidden'],
    ['is a metadata service in IPv6', 'http://[fd00:ec2::254]/token', 'AddressForbidden'],
    ['is mapped into IPv6', 'http://[::ffff:169.254.169.254]/token', 'AddressForbidden'],
    ['is written as a number', 'http://2852039166/token', 'AddressForbidden'],
    ['has a name that does not exist', 'https://auth.invalid/token', 'HostNotFound'],
  ])('that %s is not asked', async (_, realm, code) => {
    const registry = await stage.registry();
    registry.faults.push((_request, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="x"` }).end();
      return true;
    });
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    const error = await errorOf(find(stage.client(), spec(registry), {}, credentials));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`registry ${registry.host}`);
    expect(error.message).not.toMatch(/169\.254|fd00|auth\.invalid|passwd/);
  });

  it.each<readonly [string, (response: import('node:http').ServerResponse) => void, string]>([
    ['fails', (response) => json(response, 503, {}), 'ServerError'],
    ['has no token', (response) => json(response, 200, { tokens: 1 }), 'InvalidResponse'],
    [
      'has a token that no header can carry',
      (response) => json(response, 200, { token: 'a\r\nx: y' }),
      'InvalidResponse',
    ],
    [
      'sends a page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'InvalidResponse',
    ],
    ['asks to wait', (response) => json(response, 429, {}, { 'retry-after': '7' }), 'TooManyRequests'],
    ['says no', (response) => json(response, 403, {}), 'Unauthorized'],
  ])('that %s is an error', async (_, answer, code) => {
    const { registry, server } = await withTokens();
    server.fault = (_request, response) => {
      answer(response);
      return true;
    };
    const error = await errorOf(find(stage.client(), spec(registry)));
    expect(error.code).toBe(code);
    if (code === 'TooManyRequests') expect(error.retryAfterMs).toBe(7_000);
  });

  it('does not get a credential by way of a redirect', async () => {
    const { registry, server } = await withTokens();
    const thief = await stage.tokenServer();
    thief.open = /./;
    server.fault = (request, response) => {
      response.writeHead(307, { location: `${thief.realm}${request.url.search}` }).end();
      return true;
    };
    const { host } = registry;
    const client = stage.client();
    await errorOf(find(client, spec(registry), {}, credentialsFor({ [host]: password('ann', 'right') })));
    expect(thief.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    const identity = credentialsFor({ [host]: { identitytoken: 'secret' } });
    expect((await errorOf(find(client, spec(registry), {}, identity))).code).toBe('InvalidResponse');
    expect(thief.server.requests.map(({ body }) => body).join('')).toBe('');
  });
});
