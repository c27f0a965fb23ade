import { afterEach, describe, expect, it } from '@jest/globals';
import { AccessReviews, ApiClient } from '../../src/cluster/index.ts';
import { type Handler, HttpServer, json, plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';

const clock = new ManualClock();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(handler: Handler) {
  const server = await new HttpServer(handler).start();
  const connection = plainConnection(server);
  const client = new ApiClient({ connection, userAgent: 'test/1', clock });
  closing.push(() => client.close());
  closing.push(() => server.stop());
  return { server, client };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('AccessReviews', () => {
  const question = {
    user: 'system:serviceaccount:a:b',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:a'],
    namespace: 'base',
    verb: 'get',
    group: 'image.openshift.io',
    resource: 'imagestreams',
    subresource: 'layers',
  };

  it('asks what kubectl auth can-i asks, once for some seconds', async () => {
    const status = { allowed: true, reason: 'RBAC: allowed by RoleBinding "x"' };
    const { server, client } = await serve((_, response) => json(response, 201, { status }));
    const reviews = new AccessReviews({ client, clock });
    expect(await reviews.allowed(question)).toEqual(status);
    expect(await reviews.allowed({ ...question, groups: [...question.groups].reverse() })).toEqual(status);
    const { user, groups, ...resourceAttributes } = question;
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.url.pathname).toBe('/apis/authorization.k8s.io/v1/subjectaccessreviews');
    expect(JSON.parse(server.requests[0]!.body)).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, resourceAttributes },
    });
    await reviews.allowed({ ...question, namespace: 'other' });
    clock.advance(10_000);
    await reviews.allowed(question);
    expect(server.requests).toHaveLength(3);
  });

  it('carries all that is known of the user, and takes nobody for somebody else', async () => {
    const { server, client } = await serve((_, response) =>
      json(response, 201, { status: { allowed: true } }),
    );
    const reviews = new AccessReviews({ client, clock });
    const extra = { scopes: ['user:info', 'user:full'], 'example.org/id': ['7'] };
    await reviews.allowed({ ...question, uid: 'u1', extra });
    expect(JSON.parse(server.requests[0]!.body)).toMatchObject({
      spec: { user: question.user, groups: question.groups, uid: 'u1', extra },
    });
    const reordered = Object.fromEntries(Object.entries(extra).reverse());
    await reviews.allowed({ ...question, uid: 'u1', extra: reordered });
    expect(server.requests).toHaveLength(1);
    for (const other of [
      { uid: 'u2', extra },
      { extra },
      { uid: 'u1' },
      { uid: 'u1', extra: { ...extra, scopes: ['user:info'] } },
      { uid: 'u1', extra: { ...extra, more: [] } },
    ]) {
      await reviews.allowed({ ...question, ...other });
    }
    expect(server.requests).toHaveLength(6);
  });

  it('believes a refusal for a shorter time', async () => {
    const { server, client } = await serve((_, response) =>
      json(response, 201, { status: { allowed: false } }),
    );
    const reviews = new AccessReviews({ client, clock });
    expect(await reviews.allowed(question)).toEqual({ allowed: false, reason: undefined });
    clock.advance(2_000);
    await reviews.allowed(question);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['denied outright', { allowed: true, denied: true, reason: 'no' }, { allowed: false, reason: 'no' }],
    ['not evaluated', { allowed: false, evaluationError: 'boom' }, { allowed: false, reason: 'boom' }],
  ])('%s', async (_, status, answer) => {
    const { client } = await serve((_request, response) => json(response, 201, { status }));
    expect(await new AccessReviews({ client, clock }).allowed(question)).toEqual(answer);
  });

  it('never takes something else for a permission', async () => {
    const { client } = await serve((_, response) => json(response, 201, { status: { allowed: 'true' } }));
    expect(await failure(new AccessReviews({ client, clock }).allowed(question))).toMatchObject({
      code: 'BadResponse',
    });
  });
});
