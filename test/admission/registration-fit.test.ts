import { describe, expect, it } from '@jest/globals';
import { defaultSettings, unregisteredEntries, webhookConfigurations } from '../../src/admission/index.ts';
import { imagePolicy } from '../../src/policy/index.ts';

const header = { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' };

function registrationFor(policy: object): readonly [object, object] {
  const loaded = imagePolicy({ ...header, ...policy });
  if (!loaded.ok) throw new Error('the policy of the test is invalid');
  return webhookConfigurations({
    name: 'imagestreams',
    address: { url: 'https://127.0.0.1' },
    settings: { ...defaultSettings, policy: loaded.policy },
  });
}

const narrow = registrationFor({});
const broad = registrationFor({ resolveImages: 'Required' });
const onPods = registrationFor({ executionRules: [{ name: 'a', onResources: [{ resource: 'pods' }] }] });

function missing(expected: readonly [object, object], actual: readonly (object | undefined)[]) {
  return expected.flatMap((configuration, index) => unregisteredEntries(configuration, actual[index]));
}

describe('a registration', () => {
  it.each([
    ['for the policy itself', narrow, narrow],
    ['for the policy itself, broad', broad, broad],
    ['that is broader', narrow, broad],
    ['that is broader for one kind', onPods, broad],
  ])('%s has all entries', (_, expected, actual) => {
    expect(missing(expected, actual)).toEqual([]);
  });

  it('that is too narrow lacks the broad entries', () => {
    expect(missing(broad, narrow)).toEqual([
      'pods-by-policy.names.imagestreams.io',
      'templates-by-policy.names.imagestreams.io',
      'cronjobs-by-policy.names.imagestreams.io',
      'pods-by-policy.triggers.imagestreams.io',
      'templates-by-policy.triggers.imagestreams.io',
      'cronjobs-by-policy.triggers.imagestreams.io',
    ]);
    expect(missing(onPods, narrow)).toEqual([
      'pods-by-policy.names.imagestreams.io',
      'pods-by-policy.triggers.imagestreams.io',
    ]);
  });

  it('that is not there lacks everything', () => {
    const all = narrow.flatMap((each) => (each as { webhooks: { name: string }[] }).webhooks);
    expect(missing(narrow, [undefined, undefined])).toEqual(all.map(({ name }) => name));
  });

  it.each([
    ['a condition was changed', (entry: Entry) => ({ ...entry, matchConditions: [] })],
    ['a kind is left out', (entry: Entry) => ({ ...entry, rules: entry.rules.slice(1) })],
  ])('of which %s lacks that entry', (_, change) => {
    const [mutating, validating] = narrow as unknown as readonly [Configuration, object];
    const [first, ...others] = mutating.webhooks;
    const actual = { ...mutating, webhooks: [change(first as Entry), ...others] };
    expect(missing(narrow, [actual, validating])).toEqual([first?.name]);
  });
});

interface Entry {
  readonly name: string;
  readonly rules: readonly object[];
}

interface Configuration {
  readonly webhooks: readonly Entry[];
}
