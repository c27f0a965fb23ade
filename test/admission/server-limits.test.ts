import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containers, podRequest } from './reviews.ts';
import { answerTo, call, review, reviewOf } from './webhook-client.ts';
import { startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

let webhook: Webhook;

beforeAll(async () => {
  webhook = await startWebhook({ authority: await testAuthority() });
});

afterAll(() => webhook.server.close());

const admission = podRequest({ containers: containers('mysql:5.7') });
const body = reviewOf(admission);
const largest = 8 * 1024 * 1024;

/** The webhook still does its work. */
async function works(): Promise<void> {
  expect(await review(webhook, 'mutate', admission)).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
}

describe('a body that is no review', () => {
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(body), ...change });

  it.each([
    ['empty', '', 'NotJson', 'the body is not JSON'],
    ['cut JSON', body.slice(0, -1), 'NotJson', 'the body is not JSON'],
    ['an array', '[]', 'NotAReview', 'the body is not an AdmissionReview'],
    [
      '100,000 nested arrays',
      '['.repeat(100_000) + ']'.repeat(100_000),
      'NotAReview',
      'the body is not an AdmissionReview',
    ],
    ['100,000 arrays without end', '['.repeat(100_000), 'NotJson', 'the body is not JSON'],
    [
      'another kind',
      changed({ kind: 'ConversionReview' }),
      'NotAReview',
      'the body is not an AdmissionReview',
    ],
    [
      'an old version',
      changed({ apiVersion: 'admission.k8s.io/v1beta1' }),
      'UnsupportedVersion',
      'apiVersion is "admission.k8s.io/v1beta1"; only admission.k8s.io/v1 is served',
    ],
    [
      'no version',
      changed({ apiVersion: undefined }),
      'UnsupportedVersion',
      'apiVersion is missing; only admission.k8s.io/v1 is served',
    ],
    [
      'a version of another type',
      changed({ apiVersion: 1 }),
      'UnsupportedVersion',
      'apiVersion is no string; only admission.k8s.io/v1 is served',
    ],
    ['no request', changed({ request: undefined }), 'NoRequest', 'the AdmissionReview has no request'],
    [
      'a request of another type',
      changed({ request: [] }),
      'NoRequest',
      'the AdmissionReview has no request',
    ],
    ['no uid', changed({ request: { ...admission, uid: undefined } }), 'NoUid', 'the request has no uid'],
    ['an empty uid', changed({ request: { ...admission, uid: '' } }), 'NoUid', 'the request has no uid'],
    [
      'no resource',
      changed({ request: { ...admission, resource: undefined } }),
      'NoResource',
      'the request names no resource',
    ],
  ])('%s is answered with 400, a code and a sentence', async (_, text, code, message) => {
    const before = webhook.lines.length;
    const malformed =
      'imagestreams_admission_reviews_total{webhook="validate",verdict="Malformed",kind="other"}';
    const counted = await webhook.metric(malformed);
    const answer = await call(webhook, '/validate', { body: text });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({ code, message });
    expect(webhook.lines.slice(before)).toMatchObject([{ level: 'warn', webhook: 'validate', code }]);
    expect(await webhook.metric(malformed)).toBe(counted + 1);
    await works();
  });

  it('of absurd depth inside the object is reviewed all the same', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const nested = body.replace('"containers":', `"deep":${deep},"containers":`);
    const answer = await call(webhook, '/mutate', { body: nested });
    expect(JSON.parse(answer.text)).toMatchObject({ response: { allowed: true, patchType: 'JSONPatch' } });
  });
});

describe('a request that is not served', () => {
  it.each([['text/plain'], ['application/jsonp'], ['application/yaml'], ['']])(
    'content type %p is answered with 415',
    async (contentType) => {
      const answer = await call(webhook, '/mutate', { body, headers: { 'content-type': contentType } });
      expect({ status: answer.status, text: answer.text }).toEqual({
        status: 415,
        text: 'send application/json\n',
      });
      await works();
    },
  );

  it.each([['application/json; charset=utf-8'], ['application/json;charset=UTF-8']])(
    '%p is JSON',
    async (contentType) => {
      expect(
        (await call(webhook, '/mutate', { body, headers: { 'content-type': contentType } })).status,
      ).toBe(200);
    },
  );

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is answered with 405', async (method) => {
    const answer = await call(webhook, '/mutate', { method });
    expect({ status: answer.status, allow: answer.headers.allow }).toEqual({ status: 405, allow: 'POST' });
  });

  it.each(['/', '/metrics', '/mutate/more', '/%zz', '/mutat%65x'])(
    'path %s is answered with 404',
    async (path) => {
      const answer = await call(webhook, path, { body });
      expect({ status: answer.status, text: answer.text }).toEqual({
        status: 404,
        text: 'only /mutate and /validate are served\n',
      });
    },
  );

  it('tells nothing of what serves it', async () => {
    const { headers } = await call(webhook, '/', { body });
    expect(Object.keys(headers).sort()).toEqual(['connection', 'content-length', 'content-type', 'date']);
  });
});

describe('a body that is too large', () => {
  const { host, method, headers } = {
    host: '127.0.0.1',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  };

  it('by its own word is answered with 413 before it was sent', async () => {
    const { port, ca } = webhook;
    const told = { ...headers, 'content-length': largest + 1 };
    const sent = request({ host, method, port, ca, path: '/mutate', headers: told, agent: false });
    sent.on('error', () => {});
    sent.flushHeaders();
    const answer = await answerTo(sent);
    sent.destroy();
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 413,
      text: 'the review is larger than 8 MiB\n',
    });
    await works();
  });

  it('in pieces is answered with 413 once it is', async () => {
    const { port, ca } = webhook;
    const sent = request({ host, method, port, ca, path: '/mutate', headers, agent: false });
    sent.on('error', () => {});
    const piece = Buffer.alloc(1024 * 1024, ' ');
    for (let size = 0; size < largest; size += piece.length) sent.write(piece);
    sent.write(' ');
    const answer = await answerTo(sent);
    sent.destroy();
    expect(answer.status).toBe(413);
    await works();
  });

  it('is not one of exactly the limit', async () => {
    const padded = `${body}${' '.repeat(largest - body.length)}`;
    expect((await call(webhook, '/mutate', { body: padded })).status).toBe(200);
  });
});

describe('a connection that breaks', () => {
  it('in the middle of a body does no harm', async () => {
    const { port, ca } = webhook;
    const socket = connect({ host: '127.0.0.1', port, ca });
    await once(socket, 'secureConnect');
    const head =
      'POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n';
    await new Promise((resolve) => socket.write(`${head}${body.slice(0, 100)}`, resolve));
    socket.destroy();
    await works();
  });

  it('before TLS does no harm', async () => {
    const { port } = webhook;
    await expect(fetch(`http://127.0.0.1:${port}/mutate`)).rejects.toThrow('fetch failed');
    await works();
  });

  it('after a garbled request line is closed', async () => {
    const { port, ca } = webhook;
    const socket = connect({ host: '127.0.0.1', port, ca });
    await once(socket, 'secureConnect');
    socket.on('error', () => {});
    socket.write('NONSENSE\r\n\r\n');
    // a reset is as good an end as any, and `once` would take it for a failure
    await new Promise((resolve) => socket.resume().once('close', resolve));
    await works();
  });
});
