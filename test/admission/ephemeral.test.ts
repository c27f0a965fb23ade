import { describe, expect, it } from '@jest/globals';
import { mutate, resolvedAnnotation, validate } from '../../src/admission/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import { type Contents, containers, isUntouched, pod, podRequest, refused } from './reviews.ts';
import { resolvedMysql, shopStreams } from './streams-fixture.ts';
import { around, type Setup } from './surroundings.ts';

const debugging = { name: 'debug', image: 'mysql:5.7' };
const owners = [{ kind: 'ReplicaSet', name: 'shop', controller: true }];
const running: Contents = { owners, containers: containers('mirror:v1', 'php') };

const debug = (now: Contents, old: Contents = running) =>
  podRequest({ ...running, ...now }, { old: pod(old), subResource: 'ephemeralcontainers' });

describe('pods/ephemeralcontainers', () => {
  it('resolves a new container, of an owned Pod too, and says so in a warning', async () => {
    const { answer } = await mutate(debug({ ephemeralContainers: [debugging] }), around());
    expect(answer).toEqual({
      allowed: true,
      patch: [{ op: 'replace', path: '/spec/ephemeralContainers/0/image', value: resolvedMysql }],
      warnings: [`container "debug", image "mysql:5.7": resolved to "${resolvedMysql}"`],
    });
  });

  it('looks at new containers only', async () => {
    const old: Contents = { ...running, ephemeralContainers: [debugging] };
    const added = { name: 'debug-2', image: 'mysql:5.7' };
    const { answer } = await mutate(debug({ ephemeralContainers: [debugging, added] }, old), around());
    expect(answer).toMatchObject({ patch: [{ path: '/spec/ephemeralContainers/1/image' }] });
  });

  it('looks at no other container, whatever annotation came with it', async () => {
    const now = {
      annotations: { [resolveNamesAnnotation]: '*' },
      containers: containers('mysql:5.7', 'php'),
    };
    expect(isUntouched((await mutate(debug(now), around())).answer)).toBe(true);
  });

  it('leaves annotations alone, as the API server drops changes of them here', async () => {
    const annotations = { [resolvedAnnotation]: '{"forged":{"name":"a","imageStreamTag":"a:b"}}' };
    const { answer } = await mutate(debug({ annotations, ephemeralContainers: [debugging] }), around());
    expect(answer).toMatchObject({ patch: [{ path: '/spec/ephemeralContainers/0/image' }] });
  });

  it('refuses a missing tag as everywhere', async () => {
    const request = debug({ ephemeralContainers: [{ name: 'debug', image: 'mysql:8' }] });
    const reviewed = await mutate(request, around({ streams: shopStreams({ repositories: false }) }));
    expect(refused(reviewed).details?.causes).toMatchObject([{ field: 'spec.ephemeralContainers[0].image' }]);
  });

  it('refuses what does not resolve under Required', async () => {
    const request = debug({ ephemeralContainers: [{ name: 'debug', image: 'nosuch:1' }] });
    const surroundings = around({ policyConfig: { resolveImages: 'Required' } });
    expect((await mutate(request, surroundings)).answer.allowed).toBe(false);
    expect((await validate(request, surroundings)).answer.allowed).toBe(false);
  });

  it('is under the execution rules, even when a listed controller writes it', async () => {
    const policyConfig = { executionRules: [{ name: 'hub', reject: true, matchRegistries: ['docker.io'] }] };
    const user = { username: 'system:serviceaccount:kube-system:replicaset-controller' };
    const request = { ...debug({ ephemeralContainers: [debugging] }), userInfo: user };
    expect((await mutate(request, around({ policyConfig }))).answer.allowed).toBe(false);
    expect((await validate(request, around({ policyConfig }))).answer.allowed).toBe(false);
  });

  it('has no triggers to validate', async () => {
    const request = debug({
      annotations: { [triggersAnnotation]: 'no JSON' },
      ephemeralContainers: [debugging],
    });
    expect(isUntouched((await validate(request, around())).answer)).toBe(true);
  });

  it.each<[string, Setup]>([
    ['the switch for it is off', { visit: { ephemeralContainers: false, imageVolumes: true } }],
    ['the policy does not cover Pods', { policyConfig: { resolutionRules: [] } }],
  ])('is left alone where %s', async (_, setup) => {
    const request = debug({ ephemeralContainers: [debugging] });
    expect(isUntouched((await mutate(request, around(setup))).answer)).toBe(true);
  });
});
