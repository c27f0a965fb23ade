import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { ApiClient, Reflector } from '../../src/cluster/index.ts';
import { ApiServer, event, status, widgets } from './api-server.ts';
import { eventually } from './eventually.ts';
import { json, plainConnection } from './http-server.ts';

const key = fc.integer({ min: 0, max: 5 }).map((i) => `ns/w${i}`);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, spec: fc.string({ unit: 'grapheme' }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('bookmark', 'cut', 'end', 'compact', 'expire', 'garbage', 'refuse', 'breathe'),
    }),
  },
);

describe('a mirror under disturbances', () => {
  it('always ends up equal to the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const server = new ApiServer();
        await server.http.start();
        const client = new ApiClient({ connection: plainConnection(server.http), userAgent: 'test/1' });
        const reflector = new Reflector<unknown>({
          client,
          path: widgets,
          project: ({ body }) => body['spec'],
          logger: pino({ level: 'silent' }),
          pageSize: 2,
          backoff: { baseMs: 1, capMs: 2 },
        });
        reflector.start();
        try {
          for (const each of steps) await disturb(server, each);
          const mirrored = () => Object.fromEntries([...reflector].sort());
          await reflector.whenSynced();
          await eventually(() => JSON.stringify(mirrored()) === JSON.stringify(server.specs));
          expect(reflector.size).toBe(Object.keys(server.specs).length);
        } finally {
          await reflector.stop();
          client.close();
          await server.http.stop();
        }
      }),
      { numRuns: 40 },
    );
  });
});

async function disturb(server: ApiServer, step: { do: string; key?: string; spec?: string }): Promise<void> {
  switch (step.do) {
    case 'put':
      return server.put(step.key!, step.spec);
    case 'remove':
      return server.remove(step.key!);
    case 'bookmark':
      return server.bookmark();
    case 'cut':
      return server.cut();
    case 'end':
      return server.end();
    case 'compact':
      server.compact();
      return server.cut();
    case 'expire':
      return server.send(event('ERROR', status(410, 'Expired')));
    case 'garbage':
      return server.send('garbage\n');
    case 'refuse':
      server.watchFaults.push((response) => json(response, 500, {}));
      server.listFaults.push((response) => json(response, 503, {}));
      return server.cut();
    default:
      await new Promise((resolve) => setImmediate(resolve));
  }
}
