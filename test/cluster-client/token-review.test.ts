import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiClient, TokenReviews } from '../../src/cluster/index.ts';
import { type Handler, HttpServer, json, plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';

const clock = new ManualClock();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function reviews(handler: Handler, audiences: readonly string[] = []) {
  const server = await new HttpServer(handler).start();
  const client = new ApiClient({ connection: plainConnection(server), userAgent: 'test/1', clock });
  closing.push(() => client.close());
  closing.push(() => server.stop());
  return { server, tokens: new TokenReviews({ client, audiences, clock }) };
}

const user = {
  username: 'system:serviceaccount:a:b',
  uid: 'u1',
  groups: ['system:serviceaccounts'],
  extra: { 'authentication.kubernetes.io/credential-id': ['JTI=7'] },
};
const subject = { user: user.username, uid: user.uid, groups: user.groups, extra: user.extra };
const answering =
  (status: object): Handler =>
  (_, response) =>
    json(response, 201, { status });

describe('TokenReviews', () => {
  it('tells whose a token is, and asks once for some seconds', async () => {
    const { server, tokens } = await reviews(answering({ authenticated: true, user }));
    expect(await tokens.subjectOf('secret')).toEqual(subject);
    expect(await tokens.subjectOf('secret')).toEqual(subject);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.url.pathname).toBe('/apis/authentication.k8s.io/v1/tokenreviews');
    expect(JSON.parse(server.requests[0]!.body)).toEqual({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: 'secret' },
    });
    clock.advance(10_000);
    await tokens.subjectOf('secret');
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['is not taken', { authenticated: false, error: 'expired' }],
    ['is nothing that the API server knows', {}],
    ['has no name', { authenticated: true, user: {} }],
  ])('knows nobody when the token %s', async (_, status) => {
    const { tokens } = await reviews(answering(status));
    expect(await tokens.subjectOf('secret')).toBeUndefined();
  });

  it('takes a token for its audience only', async () => {
    const audiences = ['imagestreams'];
    const right = await reviews(answering({ authenticated: true, user, audiences }), audiences);
    expect(await right.tokens.subjectOf('secret')).toEqual(subject);
    expect(JSON.parse(right.server.requests[0]!.body)).toMatchObject({ spec: { audiences } });
    // from an authenticator that does not know what audiences are
    const unsaid = await reviews(answering({ authenticated: true, user }), audiences);
    expect(await unsaid.tokens.subjectOf('secret')).toBeUndefined();
  });

  it('rejects what could not be asked, and remembers nothing of it', async () => {
    let broken = true;
    const { tokens } = await reviews((_, response) =>
      json(response, broken ? 500 : 201, broken ? {} : { status: { authenticated: true, user } }),
    );
    await expect(tokens.subjectOf('secret')).rejects.toMatchObject({ code: 'ServerError' });
    broken = false;
    expect(await tokens.subjectOf('secret')).toEqual(subject);
  });

  it('asks about so many new tokens only, however many come', async () => {
    const { server, tokens } = await reviews(answering({ authenticated: false }));
    const answers = Array.from({ length: 100 }, (_, index) => tokens.subjectOf(`guess-${index}`));
    const settled = await Promise.allSettled(answers);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    expect(server.requests).toHaveLength(40);
    clock.advance(1_000);
    expect(await tokens.subjectOf('another')).toBeUndefined();
  });
});
