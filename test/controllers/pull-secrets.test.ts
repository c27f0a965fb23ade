import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/cluster/index.ts';
import { PullSecrets } from '../../src/controllers/pull-secrets.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';

let server: HttpServer;
let client: ApiClient;
let secrets: PullSecrets;

beforeEach(async () => {
  server = await new HttpServer(({ url }, response) => {
    const type = url.searchParams.get('fieldSelector');
    json(response, 200, { items: type === 'type=kubernetes.io/dockercfg' ? null : [{ type }] });
  }).start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'test' });
  secrets = new PullSecrets(client);
});

afterEach(async () => {
  client.close();
  await server.stop();
});

describe('pull secrets', () => {
  it('are those of the two types, in one namespace', async () => {
    const found = await secrets.during('ns', async (list) => list);
    expect(found).toEqual([{ type: 'type=kubernetes.io/dockerconfigjson' }]);
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

  it('that cannot be listed are an error, and are asked for again', async () => {
    server.handler = (_, response) => json(response, 403, { message: 'no' });
    await expect(secrets.during('ns', async () => undefined)).rejects.toMatchObject({ code: 'Forbidden' });
    expect(secrets.namespaces).toBe(0);
  });
});
