import { describe, expect, it } from '@jest/globals';
import { mutate, resolvedAnnotation, validate } from '../../src/admission/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import {
  type Contents,
  containers,
  isUntouched,
  kindOf,
  messagesOf,
  podRequest,
  requestFor,
  workload,
} from './reviews.ts';
import { resolvedMysql } from './streams-fixture.ts';
import { admit, around, type Setup, storedImages } from './surroundings.ts';

const owners = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop', uid: '1', controller: true }];
const listed = { username: 'system:serviceaccount:kube-system:replicaset-controller' };
const anybody = { username: 'jane' };
const required: Setup = { policyConfig: { resolveImages: 'Required' } };
const noQuay: Setup = {
  policyConfig: { executionRules: [{ name: 'quay', reject: true, matchRegistries: ['quay.io'] }] },
};

const owned = (image: string, user = anybody) =>
  podRequest({ owners, containers: containers(image) }, { user });

describe('an object that a controller owns', () => {
  it.each([
    ['a name', 'mysql:5.7'],
    ['a missing tag', 'refonly:x'],
    ['a name without stream', 'nosuch:1'],
  ])('keeps %s, whoever writes it', async (_, image) => {
    for (const user of [listed, anybody]) {
      const surroundings = around();
      const { mutated, validated } = await admit(owned(image, user), surroundings);
      expect([isUntouched(mutated.answer), isUntouched(validated.answer)]).toEqual([true, true]);
      expect(surroundings.streams.lookups).toEqual([]);
    }
  });

  it('keeps what its owner copied onto it: trigger and provenance annotations', async () => {
    const kind = kindOf('replicasets');
    const annotations = { [triggersAnnotation]: 'no JSON', [resolvedAnnotation]: '{"c0":{}}' };
    const object = workload(kind, { owners, annotations, containers: containers(resolvedMysql) });
    const { mutated, validated } = await admit(requestFor(kind, object, { user: listed }), around());
    expect([isUntouched(mutated.answer), isUntouched(validated.answer)]).toEqual([true, true]);
  });

  it.each([
    ['system:serviceaccount:kube-system:job-controller', true],
    ['system:kube-controller-manager', true],
    ['system:kube-controller-manager-2', false],
    ['system:serviceaccount:kube-systemic:job-controller', false],
    ['system:serviceaccount:app:deployer', false],
    ['system:admin', false],
  ])('escapes rules and Required when %s writes it: %s', async (username, escapes) => {
    const byRules = await admit(owned('quay.io/a/b:1', { username }), around(noQuay));
    const byRequired = await admit(owned('quay.io/a/b:1', { username }), around(required));
    expect(byRules.mutated.answer.allowed).toBe(escapes);
    expect(byRules.validated.answer.allowed).toBe(escapes);
    expect(byRequired.mutated.answer.allowed).toBe(escapes);
    expect(byRequired.validated.answer.allowed).toBe(escapes);
  });

  it('escapes nothing without a user name', async () => {
    const request = { ...owned('quay.io/a/b:1'), userInfo: {} };
    expect((await mutate(request, around(noQuay))).answer.allowed).toBe(false);
  });

  it('may have other identities listed', async () => {
    const controllerIdentities = ['system:serviceaccount:operators:*'];
    const surroundings = around({ ...noQuay, controllerIdentities });
    const operator = { username: 'system:serviceaccount:operators:db' };
    expect((await mutate(owned('quay.io/a/b:1', operator), surroundings)).answer.allowed).toBe(true);
    expect((await mutate(owned('quay.io/a/b:1', listed), surroundings)).answer.allowed).toBe(false);
  });

  it('with a forged owner is refused under Required where the name would have been rewritten', async () => {
    const { mutated, validated } = await admit(owned('mysql:5.7'), around(required));
    const message = `Forbidden: container "c0", image "mysql:5.7": the object has a controller as owner, so names in it are not rewritten, and the policy requires exact images; write "${resolvedMysql}", or let the owner's template name it`;
    expect(messagesOf(mutated)).toEqual([message]);
    expect(messagesOf(validated)).toEqual([message]);
  });

  it('with a forged owner passes Required with a digest', async () => {
    expect(await storedImages(owned(resolvedMysql), around(required))).toEqual([resolvedMysql]);
  });

  it('is judged by rules on what its name stands for', async () => {
    const policyConfig = { executionRules: [{ name: 'hub', reject: true, matchRegistries: ['docker.io'] }] };
    expect((await mutate(owned('mysql:5.7'), around({ policyConfig }))).answer.allowed).toBe(false);
  });

  it.each<[string, Contents]>([
    ['ownerReferences null', { owners: null as unknown as [] }],
    ['ownerReferences of another shape', { owners: { controller: true } as unknown as [] }],
    ['an owner that is null', { owners: [null] as unknown as [] }],
    ['controller as text', { owners: [{ controller: 'true' }] }],
  ])('is none with %s', async (_, contents) => {
    const request = podRequest({ ...contents, containers: containers('mysql:5.7') });
    expect((await mutate(request, around())).answer).toMatchObject({ allowed: true, patch: [{}, {}] });
    expect((await validate(request, around())).answer.allowed).toBe(true);
  });
});
