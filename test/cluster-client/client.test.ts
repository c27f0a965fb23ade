import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type ClientOptions, type Connection } from '../../src/cluster/index.ts';
import { type KeyPair, selfSigned } from './certificates.ts';
import { eventually } from './eventually.ts';
import { type Handler, HttpServer, json, plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';

const secret = 's3cr3t-token';
const clock = new ManualClock();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(handler: Handler, options: Partial<ClientOptions> = {}) {
  const server = await new HttpServer(handler).start();
  const connection = plainConnection(server, { authorization: `Bearer ${secret}` });
  const client = new ApiClient({ connection, userAgent: 'imagestreams/1.2.3', clock, ...options });
  closing.push(() => client.close());
  closing.push(() => server.stop());
  return { server, client };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('requests', () => {
  it('carry credentials, user agent and query', async () => {
    const { server, client } = await serve((_, response) => json(response, 200, { fine: true }));
    expect(await client.get('/api/v1/namespaces', { query: { limit: '5', labelSelector: 'a=b,c' } })).toEqual(
      {
        fine: true,
      },
    );
    const [request] = server.requests;
    expect(request?.url.href).toBe('http://server/api/v1/namespaces?limit=5&labelSelector=a%3Db%2Cc');
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'user-agent': 'imagestreams/1.2.3',
      accept: 'application/json',
    });
  });

  it('keep the base path of the server', async () => {
    const { server, client } = await serve((_, response) => json(response, 200, {}));
    const connection = {
      ...plainConnection(server),
      server: new URL(`http://127.0.0.1:${server.port}/k8s/c-1/`),
    };
    const behind = new ApiClient({ connection, userAgent: 'x' });
    closing.push(() => behind.close());
    await behind.get('/api/v1/pods');
    await client.get('/api/v1/pods');
    expect(server.requests.map(({ url }) => url.pathname)).toEqual(['/k8s/c-1/api/v1/pods', '/api/v1/pods']);
  });

  it('post JSON', async () => {
    const { server, client } = await serve((_, response) => json(response, 201, { made: 1 }));
    expect(await client.create('/x', { name: 'ü' })).toEqual({ made: 1 });
    expect(server.requests[0]).toMatchObject({ method: 'POST', body: '{"name":"ü"}' });
  });

  it('are sent again when a kept-alive connection turns out to be closed', async () => {
    let requests = 0;
    const { client } = await serve((_, response, raw) => {
      requests += 1;
      if (requests === 2) raw.socket.destroy();
      else json(response, 200, { requests });
    });
    await client.get('/a');
    expect(await client.get('/a')).toEqual({ requests: 3 });
  });

  it('are not sent again when they may have had an effect', async () => {
    let requests = 0;
    const { client } = await serve((_, response, raw) => {
      requests += 1;
      if (requests === 2) raw.socket.destroy();
      else json(response, 200, {});
    });
    await client.get('/a');
    expect(await failure(client.create('/a', {}))).toMatchObject({ code: 'Unreachable' });
    expect(requests).toBe(2);
  });
});

describe('failures', () => {
  it.each([
    [400, 'BadRequest', 'Invalid'],
    [401, 'Unauthorized', 'Unauthorized'],
    [403, 'Forbidden', 'Forbidden'],
    [404, 'NotFound', 'NotFound'],
    [409, 'Conflict', 'Conflict'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [410, 'Expired', 'Gone'],
    [413, 'RequestEntityTooLarge', 'TooLarge'],
    [422, 'Invalid', 'Invalid'],
    [429, 'TooManyRequests', 'TooManyRequests'],
    [500, 'InternalError', 'ServerError'],
    [503, 'ServiceUnavailable', 'ServerError'],
    [504, 'Timeout', 'Timeout'],
  ])('%d %s is %s', async (status, reason, code) => {
    const message = 'what the server says';
    const { client } = await serve((_, response) =>
      json(response, status, { kind: 'Status', reason, message }),
    );
    const error = await failure(client.get('/a'));
    expect(error).toMatchObject({ code, status, reason });
    expect(String(error)).toBe(`ApiError: The API server answered GET /a with ${status}: ${message}`);
  });

  it.each([
    ['a page that is no Status', 502, '<html>bad gateway</html>', 'ServerError'],
    ['a redirect, which is not followed', 302, '', 'BadResponse'],
    ['an answer that is not JSON', 200, 'hello', 'BadResponse'],
  ])('%s', async (_, status, body, code) => {
    const { server, client } = await serve((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end(body);
    });
    expect(await failure(client.get('/a'))).toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  it('a body beyond the limit', async () => {
    const { client } = await serve((_, response) => json(response, 200, 'x'.repeat(1_000)), {
      maxBytes: 500,
    });
    expect(await failure(client.get('/a'))).toMatchObject({ code: 'TooLarge' });
    expect(await client.get('/a', { maxBytes: 2_000 })).toHaveLength(1_000);
  });

  it.each([
    ['no answer', () => {}],
    ['an answer that stops in the middle', (_, response) => response.writeHead(200).write('{')],
  ] as [string, Handler][])('%s in time', async (_, handler) => {
    let arrived = false;
    const { client } = await serve((request, response, raw) => {
      arrived = true;
      handler(request, response, raw);
    });
    const failed = failure(client.get('/a', { timeoutMs: 3_000 }));
    await eventually(() => arrived);
    clock.advance(3_000);
    expect(await failed).toMatchObject({ code: 'Timeout' });
    expect(clock.pending).toEqual([]);
  });

  it('the caller gives up', async () => {
    const controller = new AbortController();
    const { client } = await serve(() => controller.abort());
    expect(await failure(client.get('/a', { signal: controller.signal }))).toMatchObject({ code: 'Aborted' });
    expect(await failure(client.get('/a', { signal: controller.signal }))).toMatchObject({ code: 'Aborted' });
  });

  it('nobody listens, and the message holds no credentials', async () => {
    const { server, client } = await serve(() => {});
    const { port } = server;
    await server.stop();
    const error = await failure(client.get('/a'));
    expect(error).toMatchObject({
      code: 'Unreachable',
      message: `The API server at 127.0.0.1:${port} cannot be reached for GET /a (ECONNREFUSED).`,
    });
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(secret);
    expect((error as Error).cause).toBeUndefined();
  });

  it('unauthorized makes the connection read its credentials again', async () => {
    const { server } = await serve((_, response) => json(response, 401, {}));
    let forgotten = 0;
    const connection: Connection = { ...plainConnection(server), forget: () => (forgotten += 1) };
    const client = new ApiClient({ connection, userAgent: 'x' });
    closing.push(() => client.close());
    expect(await failure(client.get('/a'))).toMatchObject({ code: 'Unauthorized' });
    expect(forgotten).toBe(1);
  });
});

describe('TLS', () => {
  let serverKeys: KeyPair;
  let clientKeys: KeyPair;
  let server: HttpServer;

  beforeAll(async () => {
    serverKeys = selfSigned('server');
    clientKeys = selfSigned('client');
    const tls = { ...serverKeys, ca: clientKeys.cert, requestCert: true, rejectUnauthorized: true };
    server = await new HttpServer((_, response) => json(response, 200, { fine: true }), tls).start();
  });
  afterAll(() => server.stop());

  it.each([
    ['the CA and a client certificate', () => ({ ca: serverKeys.cert, ...clientKeys }), true],
    ['no CA', () => clientKeys, false],
    ['another CA', () => ({ ca: clientKeys.cert, ...clientKeys }), false],
    ['no client certificate', () => ({ ca: serverKeys.cert }), false],
  ])('with %s', async (_, tls, works) => {
    const connection: Connection = {
      ...plainConnection(server),
      server: new URL(`https://127.0.0.1:${server.port}`),
      credentials: () => Promise.resolve({ headers: {}, tls: tls() }),
    };
    const client = new ApiClient({ connection, userAgent: 'x' });
    closing.push(() => client.close());
    const answer = await client.get('/a').catch((error: unknown) => error);
    expect(answer).toMatchObject(works ? { fine: true } : { code: 'Unreachable' });
  });
});
