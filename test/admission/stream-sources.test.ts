import { describe, expect, it } from '@jest/globals';
import { type AdmissionRequest, type UserPullQuestion, validate } from '../../src/admission/index.ts';
import { refused } from './reviews.ts';
import { alias, imported, streamOf, streamRequest } from './stream-requests.ts';
import { around } from './surroundings.ts';

const jane = { username: 'jane', groups: ['dev'], uid: 'u-1', extra: { scopes: ['user:full'] } };

/** Reviews with an API server that allows what `allowed` names, knows nothing of what `broken` names, and remembers what it was asked. */
async function reviewed(
  request: AdmissionRequest,
  allowed: readonly string[] = [],
  broken: readonly string[] = [],
  reason?: string,
) {
  const questions: UserPullQuestion[] = [];
  const userMayPull = (question: UserPullQuestion) => {
    const stream = `${question.namespace}/${question.stream}`;
    questions.push(question);
    if (broken.includes(stream)) return Promise.reject(new Error('connection refused'));
    return Promise.resolve({ allowed: allowed.includes(stream), reason });
  };
  return { ...(await validate(request, around({ userMayPull }))), questions };
}

const create = (tags: Parameters<typeof streamOf>[0], user: object = jane) =>
  streamRequest(streamOf(tags), { user });
const image = `sha256:${'0'.repeat(64)}`;

describe('who points a tag to another namespace', () => {
  it('is asked about once for each stream, with all that is known of them', async () => {
    const tags = [
      alias('1', 'java:8', 'base'),
      alias('2', 'java:11', 'base'),
      { name: '3', from: { kind: 'ImageStreamImage', name: `python@${image}`, namespace: 'base' } },
      alias('4', 'java:8', 'other'),
      alias('own', 'java:8', 'app'),
      alias('here', 'java:8'),
      imported('image'),
    ];
    const all = ['base/java', 'base/python', 'other/java'];
    const { answer, questions } = await reviewed(create(tags), all);
    expect(answer).toEqual({ allowed: true, patch: [], warnings: [] });
    expect(questions).toEqual([
      { user: jane, namespace: 'base', stream: 'java' },
      { user: jane, namespace: 'base', stream: 'python' },
      { user: jane, namespace: 'other', stream: 'java' },
    ]);
  });

  it('is refused for every tag of a stream that they may not pull from, and for those only', async () => {
    const tags = [alias('1', 'java:8', 'base'), alias('2', 'java:11', 'base'), alias('3', 'java:8', 'other')];
    const status = refused(await reviewed(create(tags), ['other/java'], [], 'RBAC says no'));
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' });
    const message =
      'Forbidden: user "jane" may not pull from image stream "java" in namespace "base" (get imagestreams/layers): RBAC says no; a RoleBinding there would allow it: kubectl create rolebinding jane-image-puller --namespace=base --clusterrole=imagestreams-image-puller --user=jane';
    expect(status.details?.causes).toEqual([
      { reason: 'FieldValueForbidden', field: 'spec.tags[1].from', message },
      { reason: 'FieldValueForbidden', field: 'spec.tags[2].from', message },
    ]);
  });

  it.each<[string, string]>([
    ['system:serviceaccount:ci:builder', 'ci-builder-image-puller .* --serviceaccount=ci:builder'],
    ['jane@example.org', 'jane-example-org-image-puller .* --user=jane@example.org'],
    ["o'neil & co", "o-neil-co-image-puller .* --user='o'\\\\''neil & co'"],
    ['', 'rolebinding image-puller .* --user='],
  ])('is told the RoleBinding that would allow it: %s', async (username, binding) => {
    const status = refused(await reviewed(create([alias('1', 'java:8', 'base')], { username })));
    expect(status.message).toMatch(
      new RegExp(`: kubectl create rolebinding ${binding.replace('rolebinding ', '')}`),
    );
  });

  it('is asked to try again while nobody can answer', async () => {
    const tags = [alias('1', 'java:8', 'base'), alias('2', 'java:8', 'other')];
    const status = refused(await reviewed(create(tags), ['other/java'], ['base/java']));
    expect(status).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
    expect(status.message).toBe(
      'ImageStream.image.openshift.io "app" could not be reviewed: spec.tags[1].from: the API server could not be asked whether user "jane" may pull from image stream "java" in namespace "base" (get imagestreams/layers); try again',
    );
  });

  it('learns of all that is wrong at once', async () => {
    const tags = [alias('1', 'java:8', 'base'), alias('2', 'java:8', 'other'), imported('3', 'UPPER')];
    const status = refused(await reviewed(create(tags), [], ['base/java']));
    expect(status.code).toBe(422);
    expect(status.details?.causes.map(({ field }) => field)).toEqual([
      'spec.tags[3].from.name',
      'spec.tags[2].from',
      'spec.tags[1].from',
    ]);
  });

  it('cannot make the webhook ask without end', async () => {
    const tags = Array.from({ length: 33 }, (_, index) => alias(`${index}`, `s${index}:1`, 'base'));
    const { questions, ...review } = await reviewed(create(tags));
    expect(questions).toEqual([]);
    expect(refused(review).message).toContain('at most 32 are asked about');
  });
});

describe('nobody is asked', () => {
  const tag = { ...alias('1', 'java:8', 'base'), generation: 3 };
  const old = streamOf([tag]);

  it.each<[string, AdmissionRequest]>([
    ['when the tag stands as it stood', streamRequest(streamOf([tag, imported('2')]), { old })],
    ['about a tag that is removed', streamRequest(streamOf([]), { old })],
    ['when only the status is written', streamRequest(old, { old: streamOf([]), subResource: 'status' })],
    ['when it is deleted', streamRequest(null, { old, operation: 'DELETE' })],
  ])('%s', async (_, request) => {
    expect(await reviewed(request)).toMatchObject({ answer: { allowed: true }, questions: [] });
  });

  it('where there is no cluster', async () => {
    const { answer } = await validate(create([alias('1', 'java:8', 'base')]), around());
    expect(answer.allowed).toBe(true);
  });

  it.each<[string, object]>([
    ['another source', alias('1', 'java:11', 'base')],
    ['another generation', { ...tag, generation: 4 }],
    ['following', { ...tag, annotations: { 'imagestreams.io/follow': 'true' } }],
  ])('but is with %s', async (_, next) => {
    const request = streamRequest(streamOf([next as typeof tag]), { old });
    expect((await reviewed(request)).questions).toHaveLength(1);
  });
});
