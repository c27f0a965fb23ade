import type { ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultRegistrySettings, type RegistrySettings } from '../../src/registry/index.ts';
import { certificateFor } from './certificates.ts';
import { failure } from './fake-registry.ts';
import { image, types } from './images.ts';
import { credentialsFor, errorOf, find, password, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const one = image('one');
const timeouts = {
  ...defaultRegistrySettings.timeouts,
  connectMs: 5_000,
  headersMs: 5_000,
  idleMs: 5_000,
  totalMs: 5_000,
};

async function openRegistry() {
  const registry = await stage.registry();
  registry.push('app', '1', one);
  return registry;
}

/** A port on which something else than HTTP is spoken. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.onClose(async () => void server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('an answer', () => {
  it.each([
    [500, 'ServerError', /failed with HTTP 500/],
    [502, 'ServerError', /HTTP 502/],
    [418, 'InvalidResponse', /HTTP 418/],
    [403, 'Forbidden', /refuses access/],
    [401, 'Unauthorized', /you may not have access/],
    [302, 'InvalidResponse', /redirect that leads nowhere/],
  ])('with status %d is %s', async (status, code, message) => {
    const registry = await openRegistry();
    registry.faults.push((_, response) => {
      failure(response, status, 'UNKNOWN');
      return true;
    });
    const error = await errorOf(find(stage.client(), `${registry.host}/app:1`));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('that says when to come back is followed by that time in the error', async () => {
    const registry = await openRegistry();
    registry.faults.push((_, response) => {
      response.writeHead(503, { 'retry-after': '120' }).end();
      return true;
    });
    const error = await errorOf(find(stage.client(), `${registry.host}/app:1`));
    expect([error.code, error.retryAfterMs]).toEqual(['ServerError', 120_000]);
  });

  it.each<
    readonly [string, Partial<RegistrySettings['timeouts']>, (response: ServerResponse) => void, RegExp]
  >([
    ['whose head does not come', { headersMs: 150 }, () => {}, /did not answer in time/],
    [
      'whose body stops',
      { idleMs: 150 },
      (response) => stall(response),
      /did not send the rest of its answer in time/,
    ],
    [
      'whose body trickles',
      { idleMs: 100, totalMs: 400 },
      (response) => trickle(response),
      /rest of its answer in time/,
    ],
  ])('%s in time is a timeout', async (_, limits, answer, message) => {
    const registry = await openRegistry();
    registry.faults.push(({ method }, response) => {
      if (method === 'GET') answer(response);
      return method === 'GET';
    });
    const client = stage.client({ timeouts: { ...timeouts, ...limits } });
    const error = await errorOf(find(client, `${registry.host}/app:1`));
    expect(error.code).toBe('Timeout');
    expect(error.message).toMatch(message);
  });

  it('that is cut is an error, and the next question works', async () => {
    const registry = await openRegistry();
    registry.faults.push(({ method }, response) => {
      if (method !== 'GET') return false;
      response.writeHead(200, { 'content-type': types.ociImage, 'content-length': one.body.length });
      response.write(one.body.subarray(0, 10), () => response.destroy());
      return true;
    });
    const client = stage.client();
    const error = await errorOf(find(client, `${registry.host}/app:1`));
    expect([error.code, error.message]).toEqual(['Unreachable', expect.stringContaining('connection lost')]);
    registry.faults.length = 0;
    expect((await find(client, `${registry.host}/app:1`)).image).toBe(one.digest);
  });

  it('that never comes because the connection is reset is asked for once more', async () => {
    const registry = await openRegistry();
    let resets = 1;
    registry.faults.push((_, response) => {
      resets -= 1;
      if (resets >= 0) response.destroy();
      return resets >= 0;
    });
    const client = stage.client();
    expect((await find(client, `${registry.host}/app:1`)).image).toBe(one.digest);
    resets = 10;
    expect((await errorOf(find(client, `${registry.host}/app:1`))).code).toBe('Unreachable');
  });
});

function stall(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': types.ociImage, 'content-length': one.body.length });
  response.write(one.body.subarray(0, 10));
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': types.ociImage });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

describe('a host', () => {
  it('that does not exist has no address', async () => {
    const error = await errorOf(find(stage.client(), 'registry.invalid/app:1'));
    expect(error.code).toBe('HostNotFound');
    expect(error.message).toMatch(/^the registry registry.invalid .* "registry.invalid\/app:1"/);
  });

  it('on which nobody listens is unreachable', async () => {
    const server = createServer();
    const host = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await errorOf(find(stage.client(), `${host}/app:1`));
    expect([error.code, error.message]).toEqual(['Unreachable', expect.stringContaining('ECONNREFUSED')]);
  });

  it('that speaks something else is no registry', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end('220 mail.example.com ESMTP\r\n'));
    });
    const host = await listen(server);
    const error = await errorOf(find(stage.client(), `${host}/app:1`));
    expect([error.code, error.message]).toEqual(['NotARegistry', expect.not.stringContaining('insecure')]);
  });
});

describe('a certificate', () => {
  const trusted = certificateFor('127.0.0.1');
  it('of an authority in the bundle is trusted', async () => {
    const registry = await stage.registry(trusted);
    registry.push('app', '1', one);
    const client = stage.client({ extraCa: trusted.cert });
    expect((await find(client, `${registry.host}/app:1`, { insecure: false })).image).toBe(one.digest);
  });

  it.each([
    ['of an unknown authority', certificateFor('127.0.0.1'), undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['that has expired', certificateFor('127.0.0.1', -1_000), 'its own', 'CERT_HAS_EXPIRED'],
    ['for another name', certificateFor('registry.example.com'), 'its own', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('%s is not trusted, and the message says what can be done', async (_, pair, bundle, reason) => {
    const registry = await stage.registry(pair);
    registry.push('app', '1', one);
    const client = stage.client({ extraCa: bundle && pair.cert });
    const error = await errorOf(find(client, `${registry.host}/app:1`, { insecure: false }));
    expect(error.code).toBe('UntrustedCertificate');
    expect(error.message).toContain(reason);
    expect(error.message).toMatch(/CA bundle.*importPolicy\.insecure/);
    expect(registry.asked).toEqual([]);
    expect((await find(client, `${registry.host}/app:1`)).image).toBe(one.digest);
    expect((await errorOf(find(client, `${registry.host}/app:1`, { insecure: false }))).code).toBe(
      'UntrustedCertificate',
    );
  });

  it('of a bundle that is none is refused at the start', () => {
    expect(() =>
      stage.client({ extraCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
    ).toThrow();
  });
});

describe('a registry without TLS', () => {
  it('serves insecure tags alone, and secure ones learn why not', async () => {
    const registry = await openRegistry();
    const client = stage.client();
    expect((await find(client, `${registry.host}/app:1`)).image).toBe(one.digest);
    const before = registry.asked.length;
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    const error = await errorOf(find(client, `${registry.host}/app:1`, { insecure: false }, credentials));
    expect(error.code).toBe('Unreachable');
    expect(error.message).toMatch(/does not speak TLS; set importPolicy\.insecure/);
    expect(registry.asked).toHaveLength(before);
  });
});

describe('a question', () => {
  it('ends when its signal says so, with the reason of the signal', async () => {
    const registry = await openRegistry();
    registry.faults.push(() => true);
    const abort = new AbortController();
    const question = find(stage.client(), `${registry.host}/app:1`, {}, undefined, abort.signal);
    const reason = new Error('enough');
    setTimeout(() => abort.abort(reason), 50);
    await expect(question).rejects.toBe(reason);
    await expect(find(stage.client(), `${registry.host}/app:1`, {}, undefined, abort.signal)).rejects.toBe(
      reason,
    );
  });

  it('under way fails when the client is closed, and so does the next', async () => {
    const registry = await openRegistry();
    registry.faults.push(() => true);
    const client = stage.client();
    const question = errorOf(find(client, `${registry.host}/app:1`));
    setTimeout(() => void client.close(), 50);
    expect((await question).code).toBe('Unreachable');
    expect((await errorOf(find(client, `${registry.host}/app:1`))).code).toBe('Unreachable');
  });
});

describe('a connection', () => {
  const pair = certificateFor('127.0.0.1');

  it('is used for many questions by HTTP/1.1, where the registry keeps it open', async () => {
    const registry = await openRegistry();
    const ports = new Set<number | undefined>();
    registry.faults.push((_request, _response, raw) => {
      ports.add(raw.socket.remotePort);
      return false;
    });
    const client = stage.client();
    for (let times = 0; times < 5; times++) await find(client, `${registry.host}/app:1`);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  async function http2Registry(fault: (response: Http2ServerResponse) => boolean = () => false) {
    const sessions = new Set<object>();
    const server = createSecureServer(pair, (request: Http2ServerRequest, response: Http2ServerResponse) => {
      if (request.method === 'GET' && fault(response)) return;
      response.writeHead(200, { 'content-type': one.type, 'docker-content-digest': one.digest });
      response.end(request.method === 'HEAD' ? '' : one.body);
    });
    server.on('session', (session) => sessions.add(session));
    const host = await listen(server as unknown as Server);
    const client = stage.client({
      extraCa: pair.cert,
      timeouts: { ...timeouts, headersMs: 300, idleMs: 300 },
    });
    return { sessions, question: () => find(client, `${host}/app:1`, { insecure: false }) };
  }

  it('is used for many questions at once by HTTP/2', async () => {
    const { sessions, question } = await http2Registry();
    const found = await Promise.all(Array.from({ length: 20 }, question));
    expect(new Set(found.map((each) => each.image))).toEqual(new Set([one.digest]));
    expect(sessions.size).toBe(1);
  });

  it.each<readonly [string, (response: Http2ServerResponse) => void, string]>([
    ['that is silent', () => {}, 'Timeout'],
    ['whose body stops', (response) => response.writeHead(200).write('{'), 'Timeout'],
    ['that resets its stream', (response) => response.stream.close(2), 'Unreachable'],
    [
      'whose body is cut',
      (response) => response.writeHead(200).write('{', () => response.stream.close(2)),
      'Unreachable',
    ],
    ['that goes away', (response) => response.stream.session?.destroy(), 'Unreachable'],
    ['that fails', (response) => response.writeHead(500).end(), 'ServerError'],
  ])('by HTTP/2 %s fails a question, and not the next', async (_, fault, code) => {
    let broken = true;
    const { question } = await http2Registry((response) => {
      if (broken) fault(response);
      return broken;
    });
    expect((await errorOf(question())).code).toBe(code);
    broken = false;
    expect((await question()).image).toBe(one.digest);
  });
});
