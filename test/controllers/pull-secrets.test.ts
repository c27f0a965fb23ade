import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ApiClient } from '../../src/cluster/index.ts';
import { PullSecrets } from '../../src/controllers/pull-secrets.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';

let server: HttpServer;
let client: ApiClient;
let clock: ManualClock;
let secrets: PullSecrets;

beforeEach(async () => {
  server = await new HttpServer(({ url }, response) => {
    const type = url.searchParams.get('fieldSelector');
    const metadata = { name: 'pull', labels: { not: 'kept' } };
    const secret = { metadata, data: { '.dockerconfigjson': 'e30=', other: 'not kept' } };
    const items = type === 'type=kubernetes.io/dockercfg' ? null : [secret];
    json(response, 200, { metadata: { resourceVersion: '1' }, items });
  }).start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'test' });
  clock = new ManualClock();
  secrets = new PullSecrets(client, clock, pino({ level: 'silent' }));
});

afterEach(async () => {
  client.close();
  await server.stop();
});

describe('pull secrets', () => {
  it('are those of the two types, in one namespace', async () => {
    const found = await secrets.during('ns', async (list) => list);
    expect(found).toEqual([
      {
        type: 'kubernetes.io/dockerconfigjson',
        metadata: { name: 'pull', annotations: undefined },
        data: { '.dockerconfigjson': 'e30=' },
      },
    ]);
    expect(server.requests.map(({ url }) => url.pathname)).toEqual(
      Array(2).fill('/api/v1/namespaces/ns/secrets'),
    );
  });

  it('are listed once for imports at the same time, and let go when the last has ended', async () => {
    const endings = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const uses = endings.map(({ promise }) => secrets.during('ns', () => promise));
    expect(secrets.namespaces).toBe(1);
    endings[0]?.resolve();
    await uses[0];
    expect(secrets.namespaces).toBe(1);
    endings[1]?.resolve();
    await uses[1];
    expect([secrets.namespaces, server.requests.length]).toEqual([0, 2]);
    await secrets.during('ns', async () => undefined);
    expect(server.requests).toHaveLength(4);
  });

  it('are listed anew after an import that failed', async () => {
    const long = Promise.withResolvers<void>();
    const first = secrets.during('ns', () => long.promise);
    await expect(secrets.during('ns', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await secrets.during('ns', async () => undefined);
    long.resolve();
    await first;
    expect([secrets.namespaces, server.requests.length]).toEqual([0, 4]);
  });

  it('are read anew for whoever begins half a minute later, also while others use them', async () => {
    const long = Promise.withResolvers<void>();
    const first = secrets.during('ns', () => long.promise);
    clock.advance(30_000);
    await secrets.during('ns', async () => undefined);
    expect(server.requests).toHaveLength(4);
    long.resolve();
    await first;
    expect(secrets.namespaces).toBe(0);
  });

  it('that cannot be listed are an error, once for all who ask within five seconds', async () => {
    server.handler = (_, response) => json(response, 403, { message: 'no' });
    for (let import_ = 0; import_ < 3; import_ += 1) {
      await expect(secrets.during('ns', async () => undefined)).rejects.toMatchObject({ code: 'Forbidden' });
    }
    expect(server.requests).toHaveLength(1);
    clock.advance(5_000);
    expect(secrets.namespaces).toBe(0);
  });

  it('are not asked for in a namespace where they are not read', async () => {
    const some = new PullSecrets(client, clock, pino({ level: 'silent' }), (namespace) => namespace === 'ns');
    expect([some.reads('ns'), some.reads('other')]).toEqual([true, false]);
    expect(await some.during('other', async (list) => list)).toEqual([]);
    expect(server.requests).toEqual([]);
    expect(await some.during('ns', async (list) => list)).toHaveLength(1);
  });

  it('come in pages', async () => {
    server.handler = ({ url }, response) => {
      const page = Number(url.searchParams.get('continue') ?? 0);
      const metadata = { resourceVersion: '1', ...(page < 2 ? { continue: String(page + 1) } : {}) };
      json(response, 200, { metadata, items: [{ metadata: { name: `s${page}` }, data: {} }] });
    };
    const found = await secrets.during('ns', async (list) => list);
    expect(found).toHaveLength(6);
  });
});
