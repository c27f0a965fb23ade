import { describe, expect, it } from '@jest/globals';
import { type KubernetesObject, resolveNamesAnnotation } from '../../src/workloads/index.ts';
import {
  type Contents,
  containers,
  deployment,
  deploymentRequest,
  kindOf,
  requestFor,
  workload,
} from './reviews.ts';
import { resolvedMysql, shopStreams } from './streams-fixture.ts';
import { around, storedImages } from './surroundings.ts';

const everything = { [resolveNamesAnnotation]: '*' };
const mysql = { name: 'web', image: 'mysql:5.7' };

async function updated(
  old: Contents,
  now: Contents,
  resource = 'deployments',
  setup: Parameters<typeof around>[0] = {},
): Promise<'Invalid' | readonly string[]> {
  const kind = kindOf(resource);
  const request = requestFor(kind, workload(kind, now), { old: workload(kind, old) });
  return await storedImages(request, around(setup));
}

describe('an update (image-policy.md §9)', () => {
  it.each<[string, Contents, Contents, readonly string[]]>([
    ['leaves an unchanged image alone', { containers: [mysql] }, { containers: [mysql] }, ['mysql:5.7']],
    [
      'finds a container again by its name, wherever it stands',
      { containers: [{ name: 'a', image: 'x/y' }, mysql] },
      { containers: [mysql, { name: 'a', image: 'x/y' }] },
      ['mysql:5.7', 'x/y'],
    ],
    [
      'finds a container again that became an init container',
      { containers: [mysql] },
      { initContainers: [mysql], containers: [] },
      ['mysql:5.7'],
    ],
    [
      'lets the first of a name decide, init containers first',
      { initContainers: [{ name: 'web', image: 'other/image' }], containers: [mysql] },
      { containers: [mysql] },
      [resolvedMysql],
    ],
    [
      'looks at a renamed container anew',
      { containers: [{ ...mysql, name: 'old' }] },
      { containers: [mysql] },
      [resolvedMysql],
    ],
    [
      'looks at a changed image',
      { containers: [{ name: 'web', image: 'x/y' }] },
      { containers: [mysql] },
      [resolvedMysql],
    ],
    [
      'resolves a name applied over its own digest again',
      { containers: [{ name: 'web', image: 'docker.io/library/mysql@sha256:old' }] },
      { containers: [mysql] },
      [resolvedMysql],
    ],
    [
      'looks at an added container only',
      { containers: [{ name: 'a', image: 'mysql:5.7' }] },
      { containers: [{ name: 'a', image: 'mysql:5.7' }, mysql] },
      ['mysql:5.7', resolvedMysql],
    ],
    [
      'looks at everything when the annotation comes',
      { containers: containers('php', 'mysql:5.7') },
      { containers: containers('php', 'mysql:5.7'), annotations: everything },
      ['registry.cluster/app/php@BBB', resolvedMysql],
    ],
    [
      'looks at everything when the annotation comes to the template',
      { containers: containers('php') },
      { containers: containers('php'), templateAnnotations: everything },
      ['registry.cluster/app/php@BBB'],
    ],
    [
      'looks at everything when the annotation goes, and php is no local name then',
      { containers: containers('php', 'mysql:5.7'), annotations: everything },
      { containers: containers('php', 'mysql:5.7') },
      ['php', resolvedMysql],
    ],
    [
      'sees no change in an annotation that moved to the template',
      { containers: [mysql], annotations: everything },
      { containers: [mysql], templateAnnotations: everything },
      ['mysql:5.7'],
    ],
  ])('%s', async (_, old, now, stored) => {
    const php = shopStreams().get('app', 'php')?.tags[0]?.pullSpec ?? '';
    expect(await updated(old, now)).toEqual(
      stored.map((image) => (image.startsWith('registry.cluster/app/php') ? php : image)),
    );
  });

  it.each(['pods', 'statefulsets', 'daemonsets', 'replicasets', 'replicationcontrollers', 'cronjobs'])(
    'rewrites a changed image of %s',
    async (resource) => {
      const before = { containers: [{ name: 'web', image: 'x/y' }] };
      expect(await updated(before, { containers: [mysql] }, resource)).toEqual([resolvedMysql]);
    },
  );

  it('never rewrites a stored Job, whose template cannot change', async () => {
    const old = { containers: [mysql] };
    expect(await updated(old, { containers: [mysql], annotations: everything }, 'jobs')).toEqual([
      'mysql:5.7',
    ]);
  });

  it('runs execution rules over a stored Job whose images are all looked at again', async () => {
    const policyConfig = {
      executionRules: [{ name: 'no', reject: true, onResources: [{ group: 'batch', resource: 'jobs' }] }],
    };
    const old = { containers: [mysql] };
    const now = { containers: [mysql], annotations: everything };
    expect(await updated(old, now, 'jobs', { policyConfig })).toBe('Invalid');
    expect(await updated(old, old, 'jobs', { policyConfig })).toEqual(['mysql:5.7']);
  });

  it('refuses nothing that was stored before, whatever the policy requires now', async () => {
    const policyConfig = { resolveImages: 'Required' };
    const old = { containers: containers('nosuch:1', 'quay.io/a/b:1', 'Not An Image') };
    const now: Contents = { ...old, labels: { relabelled: 'yes' } };
    expect(await updated(old, now, 'deployments', { policyConfig })).toEqual([
      'nosuch:1',
      'quay.io/a/b:1',
      'Not An Image',
    ]);
  });

  it('without an old object is judged like a create', async () => {
    const request = { ...deploymentRequest({ containers: [mysql] }), operation: 'UPDATE' };
    expect(await storedImages(request, around())).toEqual([resolvedMysql]);
    const broken = { ...request, oldObject: 'nonsense' as unknown as KubernetesObject };
    expect(await storedImages(broken, around())).toEqual([resolvedMysql]);
    expect(await storedImages({ ...request, oldObject: deployment({}) }, around())).toEqual([resolvedMysql]);
  });
});
