import { describe, expect, it } from '@jest/globals';
import { type JobQuestion, mutate, resolvedAnnotation, validate } from '../../src/admission/index.ts';
import {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
} from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { applied, kindOf, messagesOf, refused, requestFor, workload } from './reviews.ts';
import { CCC } from './streams-fixture.ts';
import { around, type Setup } from './surroundings.ts';
import { annotated, follows, imageOf, K1, K2, K3, keycloakStreams, recordIn, text } from './triggered.ts';

const jobs = kindOf('jobs');
const owners = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'shop', uid: '1', controller: true }];
const controller = { username: 'system:serviceaccount:imagestreams:imagestreams-controller' };
const ada = { username: 'ada', groups: ['dev'], uid: 'u-1', extra: { scopes: ['user:full'] } };

const job = (annotations: Readonly<Record<string, string>> = {}, image = text, more: object = {}) =>
  workload(jobs, {
    containers: [{ name: 'web', image }],
    annotations: { ...follows(jobs), ...annotations },
    ...more,
  });
const asking = { [onChangeAnnotation]: 'recreate' };

/** Has a write by ada validated where she may do what is listed, and nobody answers to what is broken. */
async function validated(
  object: KubernetesObject,
  old?: KubernetesObject,
  { may = [], broken = [], user = ada }: Asked = {},
) {
  const questions: JobQuestion[] = [];
  const userMayOnJobs = (question: JobQuestion) => {
    questions.push(question);
    if (broken.includes(question.verb)) return Promise.reject(new Error('connection refused'));
    return Promise.resolve({ allowed: may.includes(question.verb), reason: undefined });
  };
  const request = requestFor(jobs, object, { user, ...(old === undefined ? {} : { old }) });
  return { ...(await validate(request, around({ streams: keycloakStreams(), userMayOnJobs }))), questions };
}

interface Asked {
  readonly may?: readonly string[];
  readonly broken?: readonly string[];
  readonly user?: object;
}

describe('who has a Job made anew', () => {
  it('is asked whether he may delete and create it himself, with all that is known of him', async () => {
    const { answer, questions } = await validated(job(asking), undefined, { may: ['delete', 'create'] });
    expect(answer.allowed).toBe(true);
    const asked = { user: ada, namespace: 'app', name: 'shop' };
    expect(questions).toEqual([
      { ...asked, verb: 'delete' },
      { ...asked, verb: 'create' },
    ]);
  });

  it.each([
    [['create'], 'may not delete jobs.batch'],
    [['delete'], 'may not create jobs.batch'],
    [[], 'may not delete and create jobs.batch'],
  ])('is refused who may only %j', async (may, sentence) => {
    const review = await validated(job(asking), undefined, { may });
    expect(refused(review)).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(messagesOf(review)).toEqual([
      `Forbidden: imagestreams.io/on-change has the Job deleted and made anew, and user "ada" ${sentence} in namespace "app"; leave the annotation out, or have this allowed: kubectl create role job-recreation --namespace=app --verb=create,delete --resource=jobs.batch && kubectl create rolebinding ada-job-recreation --namespace=app --role=job-recreation --user=ada`,
    ]);
  });

  it('is asked to try again while nobody can answer, unless one answer is enough', async () => {
    const status = refused(await validated(job(asking), undefined, { may: ['create'], broken: ['delete'] }));
    expect(status).toMatchObject({ code: 503, reason: 'ServiceUnavailable' });
    expect(status.message).toBe(
      'Job.batch "shop" could not be reviewed: metadata.annotations: Forbidden: imagestreams.io/on-change has the Job deleted and made anew, and the API server could not be asked whether user "ada" may delete and create jobs.batch in namespace "app"; try again',
    );
    expect(refused(await validated(job(asking), undefined, { broken: ['delete'] })).code).toBe(422);
  });

  const stored = job(asking, K1);
  const other = follows(jobs, { tag: 'keycloak:21' });
  it.each<[string, KubernetesObject, KubernetesObject]>([
    ['brings the annotation', stored, job({}, K1)],
    ['changes it', annotated(stored, { [onChangeAnnotation]: 'recreate-running' }), stored],
    ['follows another tag', annotated(stored, other), stored],
    ['fires', annotated(stored, { [fireAnnotation]: '1' }), stored],
    ['releases', annotated(stored, { [releaseAnnotation]: '1' }), stored],
    ['takes a hold away', stored, annotated(stored, { [heldAnnotation]: '{}' })],
    ['takes an owner away', stored, job(asking, K1, { owners })],
  ])('is asked when he %s', async (_, object, old) => {
    const { questions, answer } = await validated(object, old);
    expect(questions).toHaveLength(2);
    expect(answer.allowed).toBe(false);
  });

  it.each<[string, KubernetesObject, KubernetesObject | undefined]>([
    ['writes something else', annotated(stored, { other: 'thing' }), stored],
    ['applies the same again', stored, stored],
    ['takes the annotation away', job({ [fireAnnotation]: '1' }, K1), stored],
    ['makes a Job without it', job(), undefined],
    ['makes one that has an owner', job(asking, text, { owners }), undefined],
  ])('is not asked when he %s', async (_, object, old) => {
    const { questions, answer } = await validated(object, old);
    expect(questions).toEqual([]);
    expect(answer.allowed).toBe(true);
  });

  it('is not asked when he is the controller, which was told to', async () => {
    const { questions, answer } = await validated(job(asking), undefined, { user: controller });
    expect([questions, answer.allowed]).toEqual([[], true]);
  });

  it('is told a wrong word as well', async () => {
    const review = await validated(job({ [onChangeAnnotation]: 'recreat' }));
    expect(messagesOf(review)).toHaveLength(2);
    expect(messagesOf(review)[1]).toMatch(/^Invalid value: imagestreams.io\/on-change is "recreat"/);
  });

  it('is not asked without a cluster', async () => {
    const { answer } = await validate(requestFor(jobs, job(asking)), around({ streams: keycloakStreams() }));
    expect(answer.allowed).toBe(true);
  });
});

describe('a Job that the controller makes anew', () => {
  /** What is stored of a creation by the controller's account. */
  async function made(object: KubernetesObject, setup: Setup = {}): Promise<KubernetesObject> {
    const request = requestFor(jobs, object, { user: controller });
    return applied(request, await mutate(request, around({ streams: keycloakStreams(K2), ...setup })));
  }
  const origin = { web: { name: 'keycloak:20', imageStreamTag: 'keycloak:20' } };
  const status = (image: string) =>
    JSON.stringify({ containers: { web: { tag: 'keycloak:20', image, at: '2020-01-01T00:00:00Z' } } });

  it.each([
    ['the image of its tag by then', K1],
    ['its image, where the tag has moved no further', K2],
  ])('has %s, and still says what its manifest says', async (_, image) => {
    const sent = job(
      {
        ...asking,
        [resolvedAnnotation]: JSON.stringify(origin),
        [triggerStatusAnnotation]: status(image),
      },
      image,
    );
    const object = await made(sent);
    expect(imageOf(jobs, object)).toBe(K2);
    expect(recordIn(object, resolvedAnnotation)).toEqual(origin);
    expect(recordIn(object, triggerStatusAnnotation)).toMatchObject({ containers: { web: { image: K2 } } });
    // the manifest, applied again, is no change
    const request = requestFor(jobs, annotated(job(asking, 'keycloak:20'), {}), { old: object });
    const again = applied(request, await mutate(request, around({ streams: keycloakStreams(K3) })));
    expect(imageOf(jobs, again)).toBe(K2);
  });

  it('keeps the image of a trigger that is paused or held, and what is known of it', async () => {
    const known = { [resolvedAnnotation]: JSON.stringify(origin), [triggerStatusAnnotation]: status(K1) };
    const paused = await made(job({ ...asking, ...known, ...follows(jobs, { paused: true }) }, K1));
    expect(imageOf(jobs, paused)).toBe(K1);
    expect(recordIn(paused, resolvedAnnotation)).toEqual(origin);
    expect(recordIn(paused, triggerStatusAnnotation)).toMatchObject({ containers: { web: { image: K1 } } });
    const hold = { image: K1, since: '2020-01-01T00:00:00Z', reason: 'SetExplicitly', by: 'ada' };
    const held = await made(
      job({ ...asking, ...known, [heldAnnotation]: JSON.stringify({ web: hold }) }, K1),
    );
    expect(imageOf(jobs, held)).toBe(K1);
    expect(recordIn(held, heldAnnotation)).toEqual({ web: hold });
  });

  it('keeps what is known of images that no trigger gives, though their tags have moved', async () => {
    const side = `quay.io/org/side@${CCC}`;
    const known = { ...origin, side: { name: 'side:1', imageStreamTag: 'side:1' } };
    const sent = workload(jobs, {
      containers: [
        { name: 'web', image: K2 },
        { name: 'side', image: side },
      ],
      annotations: { ...follows(jobs), ...asking, [resolvedAnnotation]: JSON.stringify(known) },
    });
    expect(recordIn(await made(sent), resolvedAnnotation)).toEqual(known);
  });

  it('is believed nothing when somebody else makes it', async () => {
    const sent = job({ [resolvedAnnotation]: '{"web":{"name":"mine","imageStreamTag":"x:1"}}' }, K2);
    const request = requestFor(jobs, sent);
    const object = applied(request, await mutate(request, around({ streams: keycloakStreams(K2) })));
    expect(recordIn(object, resolvedAnnotation)).toEqual({
      web: { name: K2, imageStreamTag: 'keycloak:20' },
    });
  });

  it('is probed by what no write of ours says', async () => {
    const object = await made(job({ ...asking, [heldAnnotation]: '?' }, K2));
    expect(object.metadata?.annotations?.[heldAnnotation]).toBeUndefined();
  });
});

describe('a new value of imagestreams.io/fire on a Job', () => {
  const fired = async (annotations: Readonly<Record<string, string>>) => {
    const old = job(annotations, K1);
    const request = requestFor(jobs, annotated(old, { [fireAnnotation]: '1' }), { old });
    const object = applied(request, await mutate(request, around({ streams: keycloakStreams(K2) })));
    return (recordIn(object, triggerStatusAnnotation) as { readonly fired?: string } | undefined)?.fired;
  };

  it('is left to the controller where it may make the Job anew, and answered at once elsewhere', async () => {
    expect(await fired(asking)).toBeUndefined();
    expect(await fired({})).toBe('1');
    expect(await fired({ [onChangeAnnotation]: 'nonsense' })).toBe('1');
  });
});
