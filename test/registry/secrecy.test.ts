import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultRegistrySettings, pullCredentials, RegistryError } from '../../src/registry/index.ts';
import { describeError } from '../../src/telemetry/index.ts';
import type { Received } from '../cluster-client/http-server.ts';
import { image, index, types } from './images.ts';
import { password, pullSecret, queryFor, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const canary = 'canarysecret';
const page = `<html>${canary}</html>`;
const body = JSON.stringify({
  errors: [{ code: canary, message: canary, detail: canary }],
  [canary]: canary,
});

type Answer = (response: ServerResponse, request: Received, raw: IncomingMessage) => void;

function answer(status: number, content: string | Buffer = body, headers: object = {}): Answer {
  return (response) => {
    const all = { 'x-canary': canary, 'content-type': 'application/json', server: canary, ...headers };
    response.writeHead(status, canary, { ...all }).end(content);
  };
}

const platform = { os: canary, architecture: canary };
const manifest = (content: object) => JSON.stringify({ schemaVersion: 2, ...content });
const entry = { mediaType: types.ociImage, digest: image('one').digest, size: 1 };

/** Whatever a registry can do wrong, each with the canary in all that it sends. */
const faults: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(
    [200, 204, 206, 301, 304, 400, 402, 404, 405, 409, 410, 418, 429, 451, 500, 502, 503, 504].map(
      (status) => [`status ${status}`, answer(status)],
    ),
  ),
  ...Object.fromEntries(
    Object.values(types).map((type) => [type, answer(200, body, { 'content-type': type })]),
  ),
  page: answer(200, page, { 'content-type': 'text/html' }),
  'page not found': answer(404, page, { 'content-type': 'text/html' }),
  'no JSON': answer(200, `{"${canary}`),
  'strange type': answer(200, body, { 'content-type': `application/${canary}` }),
  'strange media type': answer(200, manifest({ mediaType: canary, layers: [] }), {
    'content-type': types.ociImage,
  }),
  'strange platform': answer(
    200,
    manifest({ manifests: [{ ...entry, platform: { os: 'unknown', architecture: canary } }] }),
    {
      'content-type': types.ociIndex,
    },
  ),
  'wrong digest': answer(200, manifest({ layers: [canary] }), {
    'docker-content-digest': image('two').digest,
  }),
  'strange digest': answer(200, body, { 'docker-content-digest': `sha256:${canary}` }),
  'bad entry': answer(200, manifest({ manifests: [{ digest: canary, platform }] }), {
    'content-type': types.ociIndex,
  }),
  'missing child': answer(200, index([['linux/amd64', image('gone')]]).body, {
    'content-type': types.ociIndex,
  }),
  'huge announced': answer(200, body, { 'content-length': 99_999_999 }),
  huge: answer(200, canary.repeat(500_000), { 'content-type': types.ociImage }),
  'redirect home': answer(307, body, { location: `/${canary}?${canary}` }),
  'redirect nowhere': answer(307, body, { location: `http://${canary}.invalid/${canary}?token=${canary}` }),
  'redirect inside': answer(307, body, { location: `http://user:${canary}@169.254.169.254/${canary}` }),
  'redirect to a file': answer(307, body, { location: `file:///${canary}` }),
  'strange challenge': answer(401, body, { 'www-authenticate': `${canary} realm="${canary}"` }),
  'no challenge': answer(401),
  'basic challenge': answer(401, body, { 'www-authenticate': `Basic realm="${canary}"` }),
  'bad realm': answer(401, body, {
    'www-authenticate': `Bearer realm="${canary}",service="${canary}",scope="${canary}"`,
  }),
  'realm nowhere': answer(401, body, {
    'www-authenticate': `Bearer realm="https://${canary}.invalid/${canary}?${canary}"`,
  }),
  'realm inside': answer(401, body, {
    'www-authenticate': `Bearer realm="http://169.254.169.254/${canary}"`,
  }),
  'realm here': (response, request, raw) => {
    const realm = `http://${raw.headers.host}/token/${canary}`;
    const challenge = { 'www-authenticate': `Bearer realm="${realm}",service="${canary}",scope="${canary}"` };
    if (request.url.pathname.startsWith('/token'))
      answer(200, JSON.stringify({ token: canary }))(response, request, raw);
    else answer(401, body, challenge)(response, request, raw);
  },
  'realm that fails': (response, request, raw) => {
    const challenge = { 'www-authenticate': `Bearer realm="http://${raw.headers.host}/token/${canary}"` };
    if (request.url.pathname.startsWith('/token')) answer(503)(response, request, raw);
    else answer(401, body, challenge)(response, request, raw);
  },
  'link elsewhere': answer(200, JSON.stringify({ tags: [canary] }), {
    link: `<http://${canary}.invalid/${canary}>; rel="next"`,
  }),
  'strange tags': answer(200, JSON.stringify({ tags: { [canary]: canary } })),
  reset: (response) => response.destroy(),
  'cut body': (response) => {
    response.writeHead(200, { 'content-type': types.ociImage, 'content-length': 1_000 });
    response.write(canary, () => response.destroy());
  },
  'no HTTP': (response) => {
    response.socket?.end(`${canary} ${canary}\r\n\r\n`);
  },
  'bad header': (response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\n${canary}\0: ${canary}\r\n\r\n`);
  },
  silence: () => {},
  'silent body': (response) => {
    response.writeHead(200, { 'content-type': types.ociImage }).write(canary);
  },
};

describe('nothing that a registry sends, and no credential, is in an error', () => {
  it.each(Object.keys(faults))('after %s', async (name) => {
    const registry = await stage.registry();
    const fault = faults[name];
    registry.faults.push((request, response, raw) => {
      fault?.(response, request, raw);
      return true;
    });
    const { timeouts: usual } = defaultRegistrySettings;
    const timeouts = { ...usual, connectMs: 2_000, headersMs: 150, idleMs: 150, totalMs: 2_000 };
    const client = stage.client({ timeouts });
    const encoded = Buffer.from(`${canary}:${canary}`).toString('base64');
    const { credentials } = pullCredentials([
      pullSecret({
        [registry.host]: password(canary, canary),
        [`${registry.host}/team`]: { identitytoken: canary },
        [`${registry.host}/team/app`]: { registrytoken: canary },
      }),
    ]);
    const pullSpec = `${registry.host}/team/app:1`;
    const questions = [
      client.find(queryFor(pullSpec), credentials),
      client.find(
        queryFor(pullSpec, { mode: 'Legacy', platform: { os: 'linux', architecture: 's390x' } }),
        credentials,
      ),
      client.find(queryFor(`${registry.host}/team/app@${image('one').digest}`), credentials),
      client.tags(`${registry.host}/team/app`, { insecure: true, most: 10 }, credentials),
    ];
    const failures = (await Promise.allSettled(questions)).flatMap((each) =>
      each.status === 'rejected' ? [each.reason as unknown] : [],
    );
    expect(failures.length).toBeGreaterThan(0);
    for (const error of failures) {
      expect(error).toBeInstanceOf(RegistryError);
      const told = JSON.stringify(describeError(error)) + String(error) + JSON.stringify(error);
      expect(told).not.toContain(canary);
      expect(told).not.toContain(encoded);
      expect((error as RegistryError).message).toContain(`${registry.host}/team/app`);
      expect((error as RegistryError).message).not.toMatch(/\n|undefined|\[object/);
    }
  });
});
