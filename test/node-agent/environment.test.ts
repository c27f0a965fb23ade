import { describe, expect, it } from '@jest/globals';
import { fieldValue, resourceValue } from '../cluster/node-agent/downward.ts';
import { environment, type Sources } from '../cluster/node-agent/environment.ts';
import { expand } from '../cluster/node-agent/expansion.ts';
import type { Container, EnvVariable, Pod } from '../cluster/node-agent/objects.ts';
import { quantity } from '../cluster/node-agent/quantity.ts';

const at = { podIP: '127.100.0.2', hostIP: '127.100.0.1', allocatable: { memory: '64Gi', cpu: '16' } };
const container: Container = {
  name: 'main',
  image: 'example.com/app',
  resources: { limits: { memory: '96Mi', cpu: '250m' }, requests: { memory: '48Mi' } },
};
const pod: Pod = {
  metadata: { name: 'a', namespace: 'ns', uid: 'u', labels: { 'k8s.io/x': 'y' } },
  spec: { nodeName: 'node', containers: [container] },
};

describe('expansion', () => {
  it.each([
    ['--host=$(POD_IP)', '--host=1'],
    ['$(POD_IP)$(POD_IP)', '11'],
    ['$$(POD_IP)', '$(POD_IP)'],
    ['$$$(POD_IP)', '$1'],
    ['$(NOBODY) $ $POD_IP $(', '$(NOBODY) $ $POD_IP $('],
  ])('%s', (text, expected) => {
    expect(expand(text, { POD_IP: '1' })).toBe(expected);
  });
});

describe('quantities', () => {
  it.each([
    ['250m', 0.25],
    ['96Mi', 96 * 2 ** 20],
    ['1e3', 1000],
    ['2G', 2e9],
    ['0', 0],
  ])('%s', (text, expected) => expect(quantity(text)).toBe(expected));

  it('that are none are refused', () => expect(() => quantity('much')).toThrow('"much" is no quantity'));
});

describe('the downward API', () => {
  it.each([
    ['metadata.name', 'a'],
    ['metadata.namespace', 'ns'],
    ["metadata.labels['k8s.io/x']", 'y'],
    ["metadata.annotations['none']", ''],
    ['metadata.labels', 'k8s.io/x="y"'],
    ['spec.serviceAccountName', 'default'],
    ['status.podIP', '127.100.0.2'],
    ['status.hostIP', '127.100.0.1'],
  ])('%s', (fieldPath, expected) => expect(fieldValue(pod, { fieldPath }, at)).toBe(expected));

  it.each([
    ['limits.memory', '1Mi', '96'],
    ['limits.cpu', undefined, '1'],
    ['limits.cpu', '1m', '250'],
    ['requests.memory', '0', String(48 * 2 ** 20)],
    ['limits.pods', undefined, '0'],
  ])('%s in %s', (resource, divisor, expected) => {
    const reference = { resource, ...(divisor === undefined ? {} : { divisor }) };
    expect(resourceValue(pod, container, reference, at)).toBe(expected);
  });
});

describe('the environment of a container', () => {
  const sources: Sources = {
    configMap: (name) => Promise.resolve(name === 'there' ? new Map([['a', Buffer.from('1')]]) : undefined),
    secret: () => Promise.resolve(undefined),
  };
  const variables = (env: readonly EnvVariable[]) =>
    environment(pod, { ...container, env }, { GIVEN: 'g' }, sources, at);

  it('knows what stands before', async () => {
    const env = [
      { name: 'A', valueFrom: { configMapKeyRef: { name: 'there', key: 'a' } } },
      { name: 'B', value: '$(A)$(GIVEN)$(C)' },
      { name: 'C', valueFrom: { secretKeyRef: { name: 'no', key: 'c', optional: true } } },
    ];
    expect(await variables(env)).toEqual({ GIVEN: 'g', A: '1', B: '1g$(C)' });
  });

  it.each([
    [{ configMapKeyRef: { name: 'there', key: 'b' } }, `couldn't find key b in configmap "there"`],
    [{ configMapKeyRef: { name: 'no', key: 'b' } }, 'configmap "no" not found'],
    [{ secretKeyRef: { name: 'no', key: 'b' } }, 'secret "no" not found'],
    [{}, 'is not supported'],
  ])('says what is missing: %j', async (valueFrom, message) => {
    await expect(variables([{ name: 'A', valueFrom }])).rejects.toThrow(message);
  });
});
