import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/cluster/index.ts';
import { HttpServer, json, plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';

const clock = new ManualClock(1_000_000);
let date = '';
const server = new HttpServer((_, response) => json(response, 200, {}, { date }));
let client: ApiClient;

beforeAll(async () => {
  await server.start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'x', clock });
});
afterAll(async () => {
  client.close();
  await server.stop();
});

// each goes on where the one before it ended
describe('the clock of the API server', () => {
  it('is taken for this one before there was an answer', () => expect(client.serverNow()).toBe(1_000_000));

  it.each([
    ['goes by the last answer', 'Wed, 25 Nov 2026 09:30:00 GMT', '2026-11-25T09:30:00Z'],
    ['may go back', 'Tue, 24 Nov 2026 09:30:00 GMT', '2026-11-24T09:30:00Z'],
    ['stays where it was when an answer does not say', 'soon', '2026-11-24T09:30:00Z'],
  ])('%s', async (_, header, time) => {
    date = header;
    await client.get('/api');
    expect(client.serverNow()).toBe(Date.parse(time));
  });

  it('goes on between answers', () => {
    clock.advance(90_000);
    expect(client.serverNow()).toBe(Date.parse('2026-11-24T09:31:30Z'));
  });
});
