import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AdmissionRequest } from '../../src/admission/index.ts';
import { containers, podRequest } from './reviews.ts';
import { imported, streamOf, streamRequest } from './stream-requests.ts';
import { resolvedMysql } from './streams-fixture.ts';
import { annotated } from './trigger-annotations.ts';
import { review } from './webhook-client.ts';
import {
  type Authority,
  type LogLine,
  startWebhook,
  testAuthority,
  type Webhook,
} from './webhook-fixture.ts';

let authority: Authority;
let webhook: Webhook;
let before: number;

beforeAll(async () => {
  authority = await testAuthority();
  webhook = await startWebhook({
    authority,
    policyConfig: {
      executionRules: [{ name: 'ok' }, { name: 'quay', reject: true, matchRegistries: ['quay.io'] }],
    },
  });
});

beforeEach(() => {
  before = webhook.lines.length;
});

afterAll(() => webhook.server.close());

const lines = (): readonly LogLine[] => webhook.lines.slice(before);
const secret = 'nobody may read this';
const pod = (image: string) => {
  const request = podRequest({ containers: containers(image) });
  const env = [{ name: 'PASSWORD', value: secret }];
  const object = { ...request.object, spec: { containers: [{ name: 'c0', image, env }] } };
  return { ...request, object };
};
const reviews = (labels: string) => webhook.metric(`imagestreams_admission_reviews_total{${labels}}`);
const resolutions = (result: string) =>
  webhook.metric(`imagestreams_admission_resolutions_total{result="${result}"}`);

describe('the log', () => {
  it.each<[string, 'mutate' | 'validate', AdmissionRequest, object]>([
    [
      'changed',
      'mutate',
      pod('mysql:5.7'),
      { verdict: 'Patched', images: [`c0: mysql:5.7 → ${resolvedMysql}`] },
    ],
    [
      'refused',
      'mutate',
      pod('quay.io/a/b'),
      { verdict: 'Denied', refused: expect.stringContaining('prohibited') },
    ],
    [
      'warned of',
      'mutate',
      pod('mysqll:5.7'),
      { verdict: 'Warned', warnings: [expect.stringContaining('did you mean')] },
    ],
    ['refused for its triggers', 'validate', annotated('pods', 'no JSON'), { verdict: 'Denied' }],
  ])('has one line for what was %s', async (_, name, request, expected) => {
    await review(webhook, name, request);
    expect(lines()).toMatchObject([
      {
        level: 'info',
        msg: 'review',
        webhook: name,
        uid: request.uid,
        operation: 'CREATE',
        kind: 'Pod',
        namespace: 'app',
        name: 'shop',
        user: 'jane',
        ...expected,
      },
    ]);
    expect(JSON.stringify(lines())).not.toContain(secret);
  });

  it('says that it was a dry run', async () => {
    await review(webhook, 'mutate', { ...pod('mysql:5.7'), dryRun: true });
    expect(lines()).toMatchObject([{ dryRun: true }]);
  });

  it.each([
    ['a digest', pod(resolvedMysql)],
    ['no stream', pod('nginx:1.27')],
    [
      'an owned object',
      podRequest(
        { owners: [{ kind: 'X', controller: true }] },
        { user: { username: 'system:kube-controller-manager' } },
      ),
    ],
  ])('has no line for %s', async (_, request) => {
    await review(webhook, 'mutate', request);
    await review(webhook, 'validate', request);
    expect(lines()).toEqual([]);
  });
});

describe('a review of an image stream', () => {
  const password = 'https://robot:secret@quay.io/org/app';
  const create = streamRequest(streamOf([imported('1', password)]));

  it('has a line with names of fields only: the text of a source may hold a password', async () => {
    await review(webhook, 'mutate', create);
    await review(webhook, 'validate', create);
    const common = { msg: 'review', operation: 'CREATE', kind: 'ImageStream', namespace: 'app', name: 'app' };
    expect(lines()).toMatchObject([
      { ...common, webhook: 'mutate', verdict: 'Patched' },
      {
        ...common,
        webhook: 'validate',
        verdict: 'Denied',
        user: 'jane',
        refused: 'spec.tags[1].from.name: FieldValueInvalid',
      },
    ]);
    expect(JSON.stringify(lines())).not.toContain('secret');
  });

  it('is counted by its kind', async () => {
    const labels = 'webhook="validate",verdict="Denied",kind="ImageStream"';
    const count = await reviews(labels);
    await review(webhook, 'validate', create);
    expect(await reviews(labels)).toBe(count + 1);
  });
});

describe('the metrics', () => {
  it('count what a write came to for triggers, and entries that are refused', async () => {
    const decisions = (decision: string) =>
      webhook.metric(`imagestreams_admission_trigger_decisions_total{decision="${decision}"}`);
    const [left, refused] = [await decisions('Left'), await decisions('Refused')];
    const trigger = {
      from: { kind: 'ImageStreamTag', name: 'nosuch:1' },
      fieldPath: 'spec.containers[0].image',
    };
    await review(webhook, 'mutate', annotated('pods', [trigger]));
    await review(webhook, 'validate', annotated('pods', [7, {}]));
    expect([await decisions('Left'), await decisions('Refused')]).toEqual([left + 1, refused + 2]);
  });

  it.each([
    ['Patched', 'mysql:5.7'],
    ['Denied', 'quay.io/a/b'],
    ['Warned', 'mysqll:5.7'],
    ['Allowed', 'nginx:1.27'],
  ])('count a review as %s', async (verdict, image) => {
    const labels = `webhook="mutate",verdict="${verdict}",kind="Pod"`;
    const duration = 'imagestreams_admission_review_duration_seconds_count{webhook="mutate"}';
    const [count, timed] = [await reviews(labels), await webhook.metric(duration)];
    await review(webhook, 'mutate', pod(image));
    expect([await reviews(labels), await webhook.metric(duration)]).toEqual([count + 1, timed + 1]);
  });

  it.each([
    ['Resolved', 'mysql:5.7'],
    ['StreamNotFound', 'nginx:1.27'],
    ['LookupDisabled', 'php'],
    ['NotExact', 'docker.io/a/b'],
    ['Unreadable', 'UPPER'],
  ])('count an image as %s', async (result, image) => {
    const count = await resolutions(result);
    await review(webhook, 'mutate', pod(image));
    expect(await resolutions(result)).toBe(count + 1);
  });

  it('count a kind outside the table as other', async () => {
    const labels = 'webhook="mutate",verdict="Allowed",kind="other"';
    const count = await reviews(labels);
    const resource = { group: 'example.org', version: 'v1', resource: 'things' };
    await review(webhook, 'mutate', { ...pod('mysql:5.7'), resource });
    expect(await reviews(labels)).toBe(count + 1);
  });
});

describe('a review that breaks', () => {
  it.each([
    [
      'at once',
      () => {
        throw new Error('broken inside');
      },
    ],
    ['later', () => Promise.reject(new Error('broken inside'))],
  ])('%s is answered with a 500 and a reference that is in the log', async (_, reviewer) => {
    const broken = await startWebhook({ authority, reviewer });
    const request = pod('mysql:5.7');
    const response = await review(broken, 'mutate', request);
    const [line] = broken.lines;
    await broken.server.close();
    expect(broken.lines).toHaveLength(1);
    expect(line).toMatchObject({ level: 'error', uid: request.uid, err: { message: 'broken inside' } });
    expect(response).toMatchObject({
      uid: request.uid,
      allowed: false,
      status: { code: 500, reason: 'InternalError' },
    });
    expect(response.status?.message).toBe(
      `imagestreams could not review this object because of an error of its own; its log tells more under reference ${line?.['reference']}`,
    );
    expect(
      await broken.metric(
        'imagestreams_admission_reviews_total{webhook="mutate",verdict="Failed",kind="other"}',
      ),
    ).toBe(1);
  });
});
