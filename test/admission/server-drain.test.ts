import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reviewed } from '../../src/admission/index.ts';
import { podRequest } from './reviews.ts';
import { call, keepAliveAgent, review, reviewOf } from './webhook-client.ts';
import { type Authority, startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

const admitted: Reviewed = { answer: { allowed: true, patch: [], warnings: [] } };

let authority: Authority;
let webhook: Webhook;
let arrived: Promise<void>;
let decide: (reviewed: Reviewed) => void;

beforeAll(async () => {
  authority = await testAuthority();
});

beforeEach(async () => {
  const arrival = Promise.withResolvers<void>();
  const decision = Promise.withResolvers<Reviewed>();
  arrived = arrival.promise;
  decide = decision.resolve;
  const reviewer = () => {
    arrival.resolve();
    return decision.promise;
  };
  webhook = await startWebhook({ authority, reviewer });
});

afterEach(() => webhook.server.close(0));

describe('closing', () => {
  it('lets a review that is under way finish, and then closes its connection', async () => {
    const agent = keepAliveAgent(webhook);
    const answer = call(webhook, '/mutate', { body: reviewOf(podRequest({})), agent });
    await arrived;
    let closed = false;
    const closing = webhook.server.close().then(() => {
      closed = true;
    });
    await expect(call(webhook, '/mutate', { body: '' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(closed).toBe(false);
    decide(admitted);
    expect((await answer).status).toBe(200);
    expect((await answer).headers.connection).toBe('close');
    await closing;
    agent.destroy();
  });

  it('ends idle connections at once', async () => {
    decide(admitted);
    const agent = keepAliveAgent(webhook);
    await review(webhook, 'mutate', podRequest({}), { agent });
    await webhook.server.close();
    agent.destroy();
  });

  it('waits no longer than told for connections that never asked anything', async () => {
    const socket = connect({ host: '127.0.0.1', port: webhook.port, ca: webhook.ca });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    // a reset is as good an end as any, and `once` would take it for a failure
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await Promise.all([webhook.server.close(1), ended]);
  });
});
