import { describe, expect, it } from '@jest/globals';
import { type AdmissionRequest, mutate } from '../../src/admission/index.ts';
import { heldAnnotation } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { applied, requestFor } from './reviews.ts';
import { around } from './surroundings.ts';
import {
  annotated,
  annotationIn,
  deployments,
  follows,
  imageOf,
  K1,
  K2,
  keycloakStreams,
  manifest,
  text,
  withImage,
} from './triggered.ts';

const old = (image = K1, annotations = recorded) => manifest(image, { annotations });
const recorded: Readonly<Record<string, string>> = {
  ...follows(),
  'imagestreams.io/resolved': `{"web":{"name":"${text}","imageStreamTag":"keycloak:20"}}`,
};

/** Entries of `metadata.managedFields`, by `MANAGER OPERATION TIME`. */
function managed(object: KubernetesObject, ...entries: readonly string[]): KubernetesObject {
  const managedFields = entries.map((entry) => {
    const [manager, operation, time] = entry.split(' ');
    return { manager, operation, time, fieldsType: 'FieldsV1', fieldsV1: {} };
  });
  return { ...object, metadata: { ...object.metadata, managedFields } as object };
}

async function written(
  sent: KubernetesObject,
  before: KubernetesObject,
  { manager, username = 'jane' }: { readonly manager?: string; readonly username?: string } = {},
) {
  const request: AdmissionRequest = {
    ...requestFor(deployments, sent, { old: before, user: { username } }),
    options: manager === undefined ? null : { fieldManager: manager },
  };
  const object = applied(request, await mutate(request, around({ streams: keycloakStreams(K2) })));
  return { image: imageOf(deployments, object), held: annotationIn(object, heldAnnotation) !== undefined };
}

describe('the text of the manifest', () => {
  it.each([
    ['kubectl-client-side-apply'],
    ['kubectl'],
    ['kubectl-replace'],
    ['helm'],
    ['argocd-controller'],
    ['kustomize-controller'],
    ['Terraform'],
    [''],
    [undefined],
  ])('from the field manager %j means the tag', async (manager) => {
    const writer = manager === undefined ? {} : { manager };
    expect(await written(withImage(old(), text), old(), writer)).toEqual({ image: K2, held: false });
  });

  it.each([['kubectl-set'], ['kubectl-edit'], ['kubectl-patch']])(
    'from %s is meant as it is',
    async (manager) => {
      expect(await written(withImage(old(), text), old(), { manager })).toEqual({ image: text, held: true });
    },
  );

  it.each([
    ['kubectl', true],
    ['oc', true],
    ['python', false],
  ])('from %s without a field manager is one of a rollback: %s', async (tool, held) => {
    const before = managed(old(), 'helm Apply 1', `${tool} Update 1`);
    const sent = managed(withImage(old(), text), 'helm Apply 1', `${tool} Update 2`);
    expect(await written(sent, before)).toEqual({ image: held ? text : K2, held });
  });

  it.each([
    ['that wrote long ago', 'kubectl Update 1'],
    ['that applied server-side', 'kubectl Apply 2'],
  ])('is none of a rollback for a kubectl %s', async (_, entry) => {
    const before = managed(old(), 'kubectl Update 1');
    const sent = managed(withImage(old(), text), entry);
    expect(await written(sent, before)).toMatchObject({ held: false });
  });

  it('is what kubectl apply remembers, where nothing is recorded', async () => {
    const applied = JSON.stringify(manifest(text));
    const before = annotated(old(K1, follows()), {
      'kubectl.kubernetes.io/last-applied-configuration': applied,
    });
    expect(await written(withImage(before, text), before)).toEqual({ image: K2, held: false });
    const broken = annotated(before, { 'kubectl.kubernetes.io/last-applied-configuration': '{' });
    expect(await written(withImage(broken, text), broken)).toEqual({ image: text, held: true });
  });

  it('in full, from the cluster’s own registry, names the tag as well', async () => {
    const before = old(K1, follows());
    const named = 'registry.cluster/app/keycloak:20';
    expect(await written(withImage(before, named), before, { manager: 'kubectl-set' })).toMatchObject({
      image: K2,
    });
  });
});

describe('the account of the controller', () => {
  const status = `{"containers":{"web":{"tag":"keycloak:20","image":"quay.io/k@sha256:${'7'.repeat(64)}","at":"2026-01-01T00:00:00Z"}}}`;
  const asked = annotated(old(), { 'imagestreams.io/trigger-status': status });
  const setsImage = async (username: string, account?: { namespace: string; name: string }) => {
    const request = requestFor(deployments, asked, { old: old(), user: { username } });
    const setup = {
      streams: keycloakStreams(K1),
      ...(account === undefined ? {} : { controllerAccount: account }),
    };
    return imageOf(deployments, applied(request, await mutate(request, around(setup)))) !== K1;
  };

  it.each([
    ['system:serviceaccount:imagestreams:imagestreams-controller', true],
    ['system:serviceaccount:imagestreams:other', false],
    ['imagestreams-controller', false],
    ['', false],
  ])('is %j: %s', async (username, expected) => {
    expect(await setsImage(username)).toBe(expected);
  });

  it('is the one of the setting', async () => {
    const account = { namespace: 'ops', name: 'streams' };
    expect(await setsImage('system:serviceaccount:ops:streams', account)).toBe(true);
    expect(await setsImage('system:serviceaccount:imagestreams:imagestreams-controller', account)).toBe(
      false,
    );
  });
});
