import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import { builtInKinds, imagePointer } from '../../src/workloads/index.ts';
import { containers, kindOf, podRequest, requestFor, workload } from './reviews.ts';
import { resolvedMysql } from './streams-fixture.ts';
import { annotated } from './trigger-annotations.ts';
import { keepAliveAgent, patchOf, review } from './webhook-client.ts';
import { startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

let webhook: Webhook;

beforeAll(async () => {
  webhook = await startWebhook({ authority: await testAuthority() });
});

afterAll(() => webhook.server.close());

const covered = builtInKinds.filter(({ byPolicyOnly }) => byPolicyOnly === undefined);
const rows = covered.map((kind) => [`${kind.resource}.${kind.group}`, kind] as const);

describe.each(rows)('a review of %s over HTTPS', (_, kind) => {
  const named = workload(kind, { containers: containers('mysql:5.7') });
  const before = workload(kind, { containers: containers('quay.io/org/db:1') });
  const place = { list: 'containers', index: 0, name: 'c0', image: 'mysql:5.7' } as const;
  const operation = { op: 'replace', path: imagePointer(kind, place), value: resolvedMysql };

  it('brings the patch on create', async () => {
    const request = requestFor(kind, named);
    const response = await review(webhook, 'mutate', request);
    expect(response).toMatchObject({ uid: request.uid, allowed: true, patchType: 'JSONPatch' });
    expect(patchOf(response)).toEqual([
      operation,
      expect.objectContaining({ path: '/metadata/annotations' }),
    ]);
  });

  it('brings the patch on update where the pod template can change', async () => {
    const response = await review(webhook, 'mutate', requestFor(kind, named, { old: before }));
    expect(patchOf(response)).toEqual(kind.immutableTemplate ? undefined : [operation, expect.anything()]);
  });

  it('refuses a wrong trigger annotation', async () => {
    const response = await review(
      webhook,
      'validate',
      annotated(`${kind.resource}.${kind.group}`, 'no JSON'),
    );
    expect(response).toMatchObject({
      allowed: false,
      status: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 422, reason: 'Invalid' },
    });
    expect(response).not.toHaveProperty('patch');
  });

  it('admits what it has nothing to do with, in the fewest words', async () => {
    const request = requestFor(kind, before);
    for (const name of ['mutate', 'validate'] as const) {
      expect(await review(webhook, name, request)).toEqual({ uid: request.uid, allowed: true });
    }
  });
});

describe('the answer', () => {
  it('is the same on a dry run', async () => {
    const contents = { containers: containers('mysql:5.7', 'php') };
    const real = await review(webhook, 'mutate', podRequest(contents));
    expect(await review(webhook, 'mutate', podRequest(contents, { dryRun: true }))).toEqual(real);
  });

  it('carries warnings', async () => {
    const response = await review(webhook, 'mutate', podRequest({ containers: containers('mysqll:5.7') }));
    expect(response.warnings).toEqual([expect.stringContaining('did you mean "mysql:5.7"?')]);
    expect(response).not.toHaveProperty('patch');
  });

  it('keeps text of any script', async () => {
    const response = await review(webhook, 'validate', annotated('deployments', '[{"from":"ü→🦭"}]'));
    expect(response.status?.message).toContain(`${triggersAnnotation}[0].from`);
    expect(response.status?.message).toContain('ü→🦭');
  });

  it('comes over one connection for many reviews', async () => {
    const agent = keepAliveAgent(webhook);
    for (let count = 0; count < 5; count++) {
      await review(webhook, 'mutate', podRequest({ containers: containers('mysql:5.7') }), { agent });
    }
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    agent.destroy();
  });

  it('comes to many at once', async () => {
    const requests = Array.from({ length: 50 }, (_, index) => ({
      ...podRequest({ containers: containers(index % 2 === 0 ? 'mysql:5.7' : 'php') }),
      uid: `uid-${index}`,
    }));
    const responses = await Promise.all(requests.map((request) => review(webhook, 'mutate', request)));
    expect(responses.map(({ uid }) => uid)).toEqual(requests.map(({ uid }) => uid));
    expect(responses.map((response) => response.patch !== undefined)).toEqual(
      requests.map((_, index) => index % 2 === 0),
    );
  });

  it('to an ephemeral container is a patch and a warning', async () => {
    const kind = kindOf('pods');
    const old = workload(kind, { containers: containers('x/y') });
    const now = workload(kind, {
      containers: containers('x/y'),
      ephemeralContainers: [{ name: 'debug', image: 'mysql:5.7' }],
    });
    const request = requestFor(kind, now, { old, subResource: 'ephemeralcontainers' });
    const response = await review(webhook, 'mutate', request);
    expect(patchOf(response)).toEqual([
      { op: 'replace', path: '/spec/ephemeralContainers/0/image', value: resolvedMysql },
    ]);
    expect(response.warnings).toHaveLength(1);
  });
});
