import { afterEach, describe, expect, it } from '@jest/globals';
import { certificateFor } from './certificates.ts';
import type { FakeRegistry, Fault } from './fake-registry.ts';
import { image } from './images.ts';
import { credentialsFor, errorOf, find, password, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const one = image('one');

function redirect(to: (path: string) => string, status = 307): Fault {
  return ({ url }, response) => {
    if (!url.pathname.includes('/manifests/')) return false;
    response.writeHead(status, { location: to(url.pathname) }).end();
    return true;
  };
}

const originOf = ({ host }: FakeRegistry) => `http://${host}`;

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'with status %d to another host is followed without the credentials',
    async (status) => {
      const [registry, elsewhere] = [await stage.registry(), await stage.registry()];
      elsewhere.push('app', '1', one);
      registry.access = { kind: 'Basic', users: { ann: 'right' } };
      registry.faults.push(
        (request, response, raw) =>
          request.headers.authorization !== undefined &&
          redirect((path) => `${originOf(elsewhere)}${path}`, status)(request, response, raw),
      );
      const credentials = credentialsFor({
        [registry.host]: password('ann', 'right'),
        [elsewhere.host]: password('ann', 'right'),
      });
      const found = await find(stage.client(), `${registry.host}/app:1`, {}, credentials);
      expect(found).toEqual({ image: one.digest, reference: `${registry.host}/app@${one.digest}` });
      expect(registry.authorizations.filter(Boolean)).toHaveLength(2);
      expect(elsewhere.authorizations).toEqual([undefined, undefined]);
    },
  );

  it('on the same host keeps them', async () => {
    const registry = await stage.registry();
    registry.access = { kind: 'Basic', users: { ann: 'right' } };
    registry.push('app', '1', one);
    registry.faults.push(
      (request, response, raw) =>
        request.url.pathname.startsWith('/v2/old/') &&
        redirect((path) => path.replace('/old/', '/'))(request, response, raw),
    );
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    expect((await find(stage.client(), `${registry.host}/old/app:1`, {}, credentials)).image).toBe(
      one.digest,
    );
  });

  it('there and back comes back without them', async () => {
    const [registry, elsewhere] = [await stage.registry(), await stage.registry()];
    registry.access = { kind: 'Basic', users: { ann: 'right' } };
    registry.push('private', '1', one);
    registry.faults.push(
      (request, response, raw) =>
        request.url.pathname.startsWith('/v2/app/') &&
        request.headers.authorization !== undefined &&
        redirect((path) => `${originOf(elsewhere)}${path}`)(request, response, raw),
    );
    elsewhere.faults.push(redirect(() => `${originOf(registry)}/v2/private/manifests/1`));
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    const error = await errorOf(find(stage.client(), `${registry.host}/app:1`, {}, credentials));
    expect(error.code).toBe('Unauthorized');
    const back = registry.server.requests.filter(({ url }) => url.pathname.startsWith('/v2/private/'));
    expect(back.map(({ headers }) => headers.authorization)).not.toContainEqual(expect.any(String));
    expect(back.length).toBeGreaterThan(0);
  });

  it('to a registry that wants a token gets an anonymous one', async () => {
    const [registry, elsewhere, server] = [
      await stage.registry(),
      await stage.registry(),
      await stage.tokenServer(),
    ];
    elsewhere.access = { kind: 'Bearer', server };
    elsewhere.push('app', '1', one);
    server.open = /./;
    registry.faults.push(redirect((path) => `${originOf(elsewhere)}${path}`));
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    expect((await find(stage.client(), `${registry.host}/app:1`, {}, credentials)).image).toBe(one.digest);
    expect(server.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('to a registry that wants a password is unauthorized', async () => {
    const [registry, elsewhere] = [await stage.registry(), await stage.registry()];
    elsewhere.access = { kind: 'Basic', users: { ann: 'right' } };
    registry.faults.push(redirect((path) => `${originOf(elsewhere)}${path}`));
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    expect((await errorOf(find(stage.client(), `${registry.host}/app:1`, {}, credentials))).code).toBe(
      'Unauthorized',
    );
    expect(elsewhere.authorizations.filter(Boolean)).toEqual([]);
  });

  it.each<readonly [string, string, string, RegExp]>([
    [
      'to a metadata service',
      'http://169.254.169.254/latest/meta-data/iam',
      'AddressForbidden',
      /a link-local address/,
    ],
    ['to a loopback address in IPv6', 'http://[::1]:80/', 'AddressForbidden', /a loopback address/],
    ['to another scheme', 'ftp://ftp.example.com/manifest', 'InvalidResponse', /leads nowhere/],
    ['to nowhere', 'http://', 'InvalidResponse', /leads nowhere/],
    [
      'to a host that does not exist',
      'http://moved.invalid/',
      'HostNotFound',
      /to which the registry .* redirects/,
    ],
  ])('%s is not followed', async (_, location, code, message) => {
    const registry = await stage.registry();
    registry.faults.push(redirect(() => location));
    const error = await errorOf(find(stage.client(), `${registry.host}/app:1`));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/169\.254|ftp|moved/);
  });

  it('in a circle ends', async () => {
    const registry = await stage.registry();
    registry.faults.push(redirect((path) => path));
    const error = await errorOf(find(stage.client(), `${registry.host}/app:1`));
    expect([error.code, error.message]).toEqual([
      'InvalidResponse',
      expect.stringContaining('more than 5 redirects'),
    ]);
    expect(registry.asked).toHaveLength(6);
  });

  it('does not lead a secure tag to plain HTTP', async () => {
    const pair = certificateFor('127.0.0.1');
    const [registry, plain] = [await stage.registry(pair), await stage.registry()];
    plain.push('app', '1', one);
    registry.faults.push(redirect((path) => `${originOf(plain)}${path}`));
    const client = stage.client({ extraCa: pair.cert });
    const error = await errorOf(find(client, `${registry.host}/app:1`, { insecure: false }));
    expect([error.code, error.message]).toEqual([
      'InvalidResponse',
      expect.stringContaining('redirect to plain HTTP'),
    ]);
    expect(plain.asked).toEqual([]);
    expect((await find(client, `${registry.host}/app:1`)).image).toBe(one.digest);
  });
});
