import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/cluster/index.ts';
import { createLogger, startTracing, type Tracing } from '../../src/telemetry/index.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';
import { SpanReceiver } from './span-receiver.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const caller = 'b7ad6b7169203331';
const recorded = { traceparent: `00-${traceId}-${caller}-01` };
const unrecorded = { traceparent: `00-${traceId}-${caller}-00` };

let receiver: SpanReceiver;
let lines: string[];
beforeEach(async () => {
  receiver = await SpanReceiver.start();
  lines = [];
});
afterEach(() => receiver.stop());

async function tracing({ samplingPerMillion = 0, endpoint = receiver.endpoint } = {}): Promise<Tracing> {
  const logger = await createLogger({ stream: { write: (line) => lines.push(line) }, format: 'json' });
  return await startTracing({
    ...{ endpoint, samplingPerMillion, logger },
    ...{ service: 'imagestreams-webhook', version: '1.2.3', instance: 'pod-1' },
  });
}

describe('a request that is served', () => {
  it("goes on with its caller's trace, and its parts are its children", async () => {
    const traced = await tracing();
    const answer = await traced.serve('mutate', recorded, async () => {
      traced.note({ 'k8s.namespace.name': 'shop' });
      traced.part('decode', () => undefined);
      return await traced.part('decide', async () => 'answer');
    });
    await traced.close();
    expect(answer).toBe('answer');
    const [served] = receiver.named('mutate');
    expect(served).toMatchObject({
      traceId,
      parentSpanId: caller,
      kind: 2,
      service: 'imagestreams-webhook',
      attributes: { 'k8s.namespace.name': 'shop' },
    });
    for (const part of ['decode', 'decide']) {
      expect(receiver.named(part)).toMatchObject([{ traceId, parentSpanId: served?.spanId }]);
    }
    expect(receiver.spans).toHaveLength(3);
  });

  it.each([
    ['its caller records none', unrecorded, 1_000_000, 0],
    ['nobody records any', {}, 0, 0],
    ['all that begin here are', {}, 1_000_000, 1],
    ['the header is none', { traceparent: 'nonsense' }, 1_000_000, 1],
  ])('is recorded as it should be when %s', async (_, headers, samplingPerMillion, count) => {
    const traced = await tracing({ samplingPerMillion });
    await traced.serve('mutate', headers, () => Promise.resolve());
    await traced.close();
    expect(receiver.spans).toHaveLength(count);
  });

  it('is kept apart from another that is served at the same time', async () => {
    const traced = await tracing();
    const other = { traceparent: `00-${traceId.replace('0', 'f')}-${caller}-01` };
    const serve = (headers: typeof recorded) =>
      traced.serve('mutate', headers, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        traced.part('decide', () => undefined);
      });
    await Promise.all([serve(recorded), serve(other)]);
    await traced.close();
    for (const { traceId: trace, parentSpanId } of receiver.named('decide')) {
      const [around] = receiver.named('mutate').filter((span) => span.traceId === trace);
      expect(parentSpanId).toBe(around?.spanId);
    }
    expect(new Set(receiver.named('decide').map((span) => span.traceId)).size).toBe(2);
  });
});

describe('work that fails', () => {
  it('is told by its code, and by none of its words', async () => {
    const traced = await tracing({ samplingPerMillion: 1_000_000 });
    const work = () => traced.begin('import', {}, async () => traced.part('decode', raise));
    await expect(work()).rejects.toThrow('token abc');
    await traced.close();
    const failed = { status: { code: 2 }, attributes: { 'error.type': 'Unauthorized' } };
    expect(receiver.spans).toMatchObject([failed, failed]);
    expect(JSON.stringify(receiver.http.requests)).not.toContain('token abc');
  });
});

describe('a request to the API server', () => {
  it('is a part of what is under way, and tells the server of it', async () => {
    const server = await new HttpServer((_, response) => json(response, 200, {})).start();
    const traced = await tracing();
    const client = new ApiClient({ connection: plainConnection(server), userAgent: 'test', tracing: traced });
    await traced.serve('mutate', recorded, () => client.get('/api/v1/pods'));
    await client.get('/healthz');
    await traced.close();
    client.close();
    await server.stop();
    const [asked, ...others] = receiver.spans.filter(({ kind }) => kind === 3);
    expect(others).toEqual([]);
    expect(asked).toMatchObject({
      name: 'GET',
      parentSpanId: receiver.named('mutate')[0]?.spanId,
      attributes: { 'http.request.method': 'GET', 'server.address': '127.0.0.1', 'url.path': '/api/v1/pods' },
    });
    const headers = server.requests.map((request) => request.headers['traceparent']);
    expect(headers).toEqual([`00-${traceId}-${asked?.spanId}-01`, undefined]);
  });
});

describe('a receiver that takes nothing', () => {
  it('is told of once, and fails nothing', async () => {
    const traced = await tracing({
      samplingPerMillion: 1_000_000,
      endpoint: new URL('elsewhere', receiver.endpoint),
    });
    expect(await traced.begin('import', {}, () => Promise.resolve('done'))).toBe('done');
    await traced.close();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 'warn',
        endpoint: receiver.endpoint.host,
        msg: 'spans could not be sent; what is traced is lost',
      },
    ]);
  });
});

function raise(): never {
  throw Object.assign(new Error('token abc is not accepted'), { code: 'Unauthorized' });
}
