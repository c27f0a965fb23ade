import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gauge } from 'prom-client';
import {
  createLogger,
  HealthChecks,
  metricsRegistry,
  type Registry,
  TelemetryServer,
} from '../../src/telemetry/index.ts';

let health: HealthChecks;
let registry: Registry;
let lines: string[];
let server: TelemetryServer;
let port: number;

beforeEach(async () => {
  health = new HealthChecks();
  registry = metricsRegistry({ processMetrics: false });
  lines = [];
  const stream = { write: (line: string) => void lines.push(line) };
  server = new TelemetryServer({ health, registry, logger: await createLogger({ format: 'json', stream }) });
  port = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

async function ask(path: string, method = 'GET') {
  const asked = request({ host: '127.0.0.1', port, path, method, agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  response.setEncoding('utf8');
  let text = '';
  response.on('data', (chunk: string) => {
    text += chunk;
  });
  await once(response, 'end');
  return { status: response.statusCode, text, headers: response.headers };
}

describe('/livez and /readyz', () => {
  beforeEach(() => {
    health.add('live', 'ping', () => undefined);
    health.add('ready', 'streams', () => undefined);
    health.add('ready', 'certificate', () => undefined);
  });

  it.each(['/livez', '/readyz'])('%s says ok when every check passes', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 200, text: 'ok' });
  });

  it.each([
    ['/livez?verbose', '[+]ping ok\nlivez check passed\n'],
    ['/readyz?verbose', '[+]streams ok\n[+]certificate ok\nreadyz check passed\n'],
    ['/readyz?verbose=true', '[+]streams ok\n[+]certificate ok\nreadyz check passed\n'],
  ])('%s lists its checks', async (path, text) => {
    expect(await ask(path)).toMatchObject({ status: 200, text });
  });

  it.each(['/readyz', '/readyz?verbose'])('%s lists its checks when one fails', async (path) => {
    health.add('ready', 'streams', () => 'the first list is not complete');
    expect(await ask(path)).toMatchObject({
      status: 500,
      text: '[-]streams failed: the first list is not complete\n[+]certificate ok\nreadyz check failed\n',
    });
    expect(await ask('/livez')).toMatchObject({ status: 200 });
  });

  it('counts a check that throws as failed', async () => {
    health.add('live', 'ping', () => {
      throw new Error('boom');
    });
    expect(await ask('/livez')).toMatchObject({
      status: 500,
      text: '[-]ping failed: the check itself broke: boom\nlivez check failed\n',
    });
  });

  it('answers HEAD without a body', async () => {
    const { status, text, headers } = await ask('/readyz', 'HEAD');
    expect([status, text, headers['content-length']]).toEqual([200, '', '2']);
  });
});

describe('/metrics', () => {
  it('gives the registry in the format of Prometheus', async () => {
    new Gauge({ name: 'imagestreams_streams', help: 'Streams.', registers: [registry] }).set(3);
    const { status, text, headers } = await ask('/metrics');
    expect([status, headers['content-type']]).toEqual([200, registry.contentType]);
    expect(text).toContain('imagestreams_streams 3');
  });

  it('answers 500 and logs when a metric cannot be collected', async () => {
    new Gauge({
      name: 'imagestreams_broken',
      help: 'Broken.',
      registers: [registry],
      collect: () => {
        throw new Error('boom');
      },
    });
    expect(await ask('/metrics')).toMatchObject({
      status: 500,
      text: 'internal error; the log has the reason\n',
    });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', err: { message: 'boom' } },
    ]);
  });
});

/** The end of a connection, by a reset or otherwise, which `once` would take for a failure. */
function gone(socket: Socket): Promise<unknown> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.resume().once('close', resolve));
}

describe('everything else', () => {
  it.each(['/', '/healthz', '/metrics/', '//', '/%'])('%s is not found', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404 });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    const { status, headers } = await ask('/readyz', method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('survives what is not HTTP', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.end('\u0016\u0003\u0001 hello\r\n\r\n');
    await gone(socket);
    expect(await ask('/livez?verbose')).toMatchObject({ status: 200 });
  });
});

describe('listening', () => {
  it('closes although a client keeps its connection, and closes twice', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = gone(socket);
    await server.close();
    await server.close();
    await ended;
  });

  it('rejects when the port is taken', async () => {
    const other = new TelemetryServer({ health, registry, logger: await createLogger({ level: 'silent' }) });
    await expect(other.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.close();
  });
});
