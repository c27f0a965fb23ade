import { once } from 'node:events';
import { type ClientRequest, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { type Body, readBody } from '../../src/admission/body.ts';
import { BodyBudget } from '../../src/admission/body-budget.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A real server that reads bodies within one budget, and says how each came out. */
async function reader(bytes: number): Promise<{ port: number; bodies: Body[] }> {
  const budget = new BodyBudget(bytes);
  const bodies: Body[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await readBody(request, budget));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { port: (server.address() as AddressInfo).port, bodies };
}

function upload(port: number): ClientRequest {
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers, agent: false });
  request.on('error', () => {});
  cleanups.push(() => request.destroy());
  return request;
}

async function answered(request: ClientRequest): Promise<void> {
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
}

it('bodies under way share one budget, which is given back when they end', async () => {
  const { port, bodies } = await reader(10);
  const held = upload(port);
  await new Promise((resolve) => held.write('12345678', resolve));
  const [other, third] = [upload(port), upload(port)];
  other.end('12345678');
  await answered(other);
  expect(bodies).toEqual([{ ok: false, code: 'Overloaded' }]);
  held.end('90');
  await answered(held);
  third.end('1234567890');
  await answered(third);
  expect(bodies.slice(1)).toEqual([
    { ok: true, text: '1234567890' },
    { ok: true, text: '1234567890' },
  ]);
});

it('a body that is cut gives its share back', async () => {
  const { port, bodies } = await reader(10);
  const cut = upload(port);
  await new Promise((resolve) => cut.write('12345678', resolve));
  cut.destroy();
  while (bodies.length === 0) await new Promise(setImmediate);
  expect(bodies).toEqual([{ ok: false, code: 'Aborted' }]);
  const next = upload(port);
  await new Promise((resolve) => next.write('1', resolve));
  next.end('234567890');
  await answered(next);
  expect(bodies.find((body) => body.ok)).toEqual({ ok: true, text: '1234567890' });
});
