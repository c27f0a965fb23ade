import { describe, expect, it } from '@jest/globals';
import { type PullQuestion, validate } from '../../src/admission/index.ts';
import { imagePullerRole, triggersAnnotation } from '../../src/triggers/index.ts';
import { isUntouched, kindOf } from './reviews.ts';
import { imageStream, shopStreams } from './streams-fixture.ts';
import { around } from './surroundings.ts';
import { annotated, db, trigger } from './trigger-annotations.ts';

const kind = kindOf('deployments');
const follows = (name: string) =>
  trigger(kind, { from: { kind: 'ImageStreamTag', name, namespace: 'shared' } });

const streams = () => {
  const source = shopStreams();
  source.remember(imageStream('base', [{ tag: 'v1' }], { namespace: 'shared' }));
  source.create(imageStream('base', [{ tag: 'v1' }], { namespace: 'shared' }));
  return source;
};

const notAllowed = `${triggersAnnotation}[0].from.namespace is "shared", but service account "builder" of namespace "app" may not get imagestreams/layers there, so container "db" is left as it is; grant it with: kubectl create rolebinding app-builder-image-puller --namespace=shared --clusterrole=${imagePullerRole} --serviceaccount=app:builder`;
const contents = { ...db, serviceAccountName: 'builder' };

describe('a trigger on a stream of another namespace', () => {
  it.each([
    ['a stream that is there', 'base:v1'],
    ['a stream that is not', 'secret:v1'],
  ])('warns the same where the account may not pull: %s', async (_, name) => {
    const surroundings = around({ streams: streams(), mayPull: () => Promise.resolve(false) });
    const { answer } = await validate(annotated('deployments', [follows(name)], { contents }), surroundings);
    expect(answer).toEqual({ allowed: true, patch: [], warnings: [notAllowed] });
    expect(surroundings.streams.lookups).toEqual([]);
  });

  it('is told that nobody could be asked, and nothing of what exists', async () => {
    const surroundings = around({ streams: streams(), mayPull: () => Promise.reject(new Error('down')) });
    const { answer } = await validate(
      annotated('deployments', [follows('base:v1')], { contents }),
      surroundings,
    );
    expect(answer).toEqual({
      allowed: true,
      patch: [],
      warnings: [expect.stringContaining('the API server could not be asked whether service account')],
    });
  });

  it.each([
    ['allowed', { mayPull: () => Promise.resolve(true) }],
    ['not to be asked about', {}],
  ])('is told what exists where pulling is %s', async (_, setup) => {
    const surroundings = around({ streams: streams(), ...setup });
    const good = annotated('deployments', [follows('base:v1')]);
    expect(isUntouched((await validate(good, surroundings)).answer)).toBe(true);
    const wrong = annotated('deployments', [follows('bases:v1')]);
    expect((await validate(wrong, surroundings)).answer.warnings).toEqual([
      `${triggersAnnotation}[0].from.name names image stream "bases", which does not exist in namespace "shared" yet; did you mean "base"?`,
    ]);
  });

  it('asks for the account that the pods run as', async () => {
    const asked: PullQuestion[] = [];
    const mayPull = (question: PullQuestion) => {
      asked.push(question);
      return Promise.resolve(true);
    };
    await validate(
      annotated('deployments', [follows('base:v1')], { contents }),
      around({ streams: streams(), mayPull }),
    );
    await validate(annotated('deployments', [follows('base:v1')]), around({ streams: streams(), mayPull }));
    await validate(annotated('deployments', [trigger(kind)]), around({ streams: streams(), mayPull }));
    const question = (serviceAccount: string) => ({
      puller: { namespace: 'app', serviceAccount },
      namespace: 'shared',
      stream: 'base',
    });
    expect(asked).toEqual([question('builder'), question('default')]);
  });
});
