import { once } from 'node:events';
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { podRequest } from './reviews.ts';
import { keepAliveAgent, review } from './webhook-client.ts';
import { type Authority, startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

let authority: Authority;
let webhook: Webhook;

beforeAll(async () => {
  authority = await testAuthority();
  webhook = await startWebhook({ authority });
});

afterAll(() => webhook.server.close());

async function handshake(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { port, ca } = webhook;
  const socket = connect({ host: '127.0.0.1', port, ca, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function servedName(): Promise<string | string[] | undefined> {
  const socket = await handshake();
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

/** Old versions need the client's library to be lenient, or it is the client that refuses. */
const lenient = 'DEFAULT:@SECLEVEL=0';
const only = (version: SecureVersion): ConnectionOptions => ({
  minVersion: version,
  maxVersion: version,
  ...(version === 'TLSv1.1' ? { ciphers: lenient } : {}),
});

describe('TLS', () => {
  it.each<[SecureVersion]>([['TLSv1.2'], ['TLSv1.3']])('%s is spoken', async (version) => {
    const socket = await handshake(only(version));
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  it('1.1 is refused by the server', async () => {
    await expect(handshake(only('TLSv1.1'))).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  it('is not downgraded by a new certificate', async () => {
    webhook.server.useCertificate(await authority.issue('second'));
    await expect(handshake(only('TLSv1.1'))).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });
});

describe('a new certificate', () => {
  it('is served from the next handshake on, and cuts no connection', async () => {
    const agent = keepAliveAgent(webhook);
    await review(webhook, 'mutate', podRequest({}), { agent });
    const [before] = Object.values(agent.freeSockets).flat();
    webhook.server.useCertificate(await authority.issue('third'));
    expect(await servedName()).toBe('third');
    await review(webhook, 'mutate', podRequest({}), { agent });
    expect(Object.values(agent.freeSockets).flat()).toEqual([before]);
    agent.destroy();
  });

  it('is not taken where key and certificate do not match', async () => {
    const served = await servedName();
    const [one, two] = [await authority.issue('one'), await authority.issue('two')];
    expect(() => webhook.server.useCertificate({ certificate: one.certificate, key: two.key })).toThrow();
    expect(() => webhook.server.useCertificate({ certificate: 'no PEM', key: one.key })).toThrow();
    expect(await servedName()).toBe(served);
  });
});

describe('an address that is taken', () => {
  it('is told of', async () => {
    const other = await startWebhook({ authority });
    await other.server.close();
    await expect(other.server.listen({ host: '127.0.0.1', port: webhook.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
