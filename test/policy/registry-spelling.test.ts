import { expect, it } from '@jest/globals';
import { imagePolicy, writtenName } from '../../src/policy/index.ts';

const config = (matchRegistries: readonly string[]) => ({
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImagePolicyConfig',
  executionRules: [{ name: 'no-quay', reject: true, matchRegistries }],
});

it.each([
  ['quay.io', 'quay.io/evil/x:1', false],
  ['quay.io', 'QUAY.IO/evil/x:1', false],
  ['quay.io', 'quay.io:443/evil/x:1', false],
  ['Quay.io:443', 'quay.io/evil/x:1', false],
  ['quay.io', 'quay.io:8443/evil/x:1', true],
  ['quay.io', 'quay.io.example.com/x:1', true],
])('a rule on %s and %s: accepted is %j', (registry, image, accepted) => {
  const loaded = imagePolicy(config([registry]));
  if (!loaded.ok) throw new Error('the policy is valid');
  const pods = loaded.policy.of({ group: '', resource: 'pods' });
  expect(pods.accepts({ name: writtenName(image) }).accepted).toBe(accepted);
});
