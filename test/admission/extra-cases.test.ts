import { describe, expect, it } from '@jest/globals';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import {
  type Contents,
  containers,
  deploymentRequest,
  kindOf,
  messagesOf,
  podRequest,
  requestFor,
  workload,
} from './reviews.ts';
import { AAA, BBB, CCC, registry, resolvedMysql, shopStreams } from './streams-fixture.ts';
import { admit, type Setup, storedImages, upstream } from './surroundings.ts';

const everything = { [resolveNamesAnnotation]: '*' };
const php = `${registry}/app/php@${BBB}`;
const rewriteAll = {
  resolveImages: 'AttemptRewrite',
  resolutionRules: [{ targetResource: { resource: 'pods' } }],
};
const onPods = { resource: 'pods' };

interface Row {
  readonly row: string;
  readonly image: string | readonly string[];
  readonly with?: Omit<Contents, 'containers'>;
  readonly setup?: Setup;
  readonly stored: 'Invalid' | string | readonly string[];
}

/** image-policy.md §17; rows of updates, subresources and namespaces are in update, ephemeral and gates tests. */
const rows: readonly Row[] = [
  { row: '1 a tag', image: 'mysql:5.7', stored: resolvedMysql },
  {
    row: '2 a missing tag of a stream in the cluster’s registry',
    image: 'mysql',
    stored: `${registry}/app/mysql:latest`,
  },
  {
    row: '2 a missing tag without such a registry',
    image: 'mysql',
    setup: { streams: shopStreams({ repositories: false }) },
    stored: 'mysql',
  },
  { row: '3 no local lookup', image: 'php', stored: 'php' },
  { row: '4 no local lookup, annotation', image: 'php', with: { annotations: everything }, stored: php },
  { row: '5 reference policy Local', image: 'mirror:v1', stored: `${registry}/app/mirror@${CCC}` },
  { row: '6 a tag that only records a reference', image: 'refonly:x', stored: `${registry}/app/refonly:x` },
  { row: '7 no such stream', image: 'nosuch:1', stored: 'nosuch:1' },
  {
    row: '8 pull specs of registries',
    image: ['library/mysql:5.7', 'docker.io/library/mysql:5.7', 'quay.io/x/mysql:5.7'],
    stored: ['library/mysql:5.7', 'docker.io/library/mysql:5.7', 'quay.io/x/mysql:5.7'],
  },
  {
    row: '8 the same with annotation',
    image: ['library/mysql:5.7', 'docker.io/library/mysql:5.7', 'quay.io/x/mysql:5.7'],
    with: { annotations: everything },
    stored: [resolvedMysql, resolvedMysql, resolvedMysql],
  },
  {
    row: '9 a pull spec of the cluster’s registry',
    image: `${registry}/app/php:latest`,
    stored: `${registry}/app/php:latest`,
  },
  {
    row: '9 another namespace’s, with annotation',
    image: `${registry}/otherns/php`,
    with: { annotations: everything },
    stored: php,
  },
  // departure: streams of other namespaces are never read, as no permission for it was ever checked
  {
    row: '10 another namespace’s missing tag',
    image: `${registry}/otherns/php:nope`,
    stored: `${registry}/otherns/php:nope`,
  },
  { row: '11 a digest', image: `mysql@${AAA}`, stored: `mysql@${AAA}` },
  {
    row: '11 a digest, annotation',
    image: `mysql@${AAA}`,
    with: { annotations: everything },
    stored: `mysql@${AAA}`,
  },
  {
    row: '12 tag and digest under AttemptRewrite',
    image: `mysql:5.7@${AAA}`,
    setup: { policyConfig: rewriteAll },
    stored: `mysql@${AAA}`,
  },
  {
    row: '13 names that read as registries',
    image: ['my.stream:latest', 'localhost-app:1'],
    stored: ['my.stream:latest', 'localhost-app:1'],
  },
  {
    row: '14 three segments without a host, annotation',
    image: 'a/b/c:1',
    with: { annotations: everything },
    stored: 'a/b/c:1',
  },
  {
    row: '15 annotation value "true"',
    image: 'php',
    with: { annotations: { [resolveNamesAnnotation]: 'true' } },
    stored: 'php',
  },
  {
    row: '15 annotation value "mysql"',
    image: 'php',
    with: { annotations: { [resolveNamesAnnotation]: 'mysql' } },
    stored: 'php',
  },
  {
    row: '16 an owner that is no controller',
    image: 'mysql:5.7',
    with: { owners: [{ kind: 'X', name: 'x' }] },
    stored: resolvedMysql,
  },
  {
    row: '17 a controller, whatever its kind',
    image: 'mysql:5.7',
    with: { owners: [{ kind: 'X', name: 'x', controller: true }] },
    stored: 'mysql:5.7',
  },
  {
    row: '23 no rules at all',
    image: 'mysql:5.7',
    setup: { policyConfig: { resolutionRules: [] } },
    stored: 'mysql:5.7',
  },
  {
    row: '28 DoNotAttempt with a rule for local names',
    image: 'mysql:5.7',
    setup: {
      policyConfig: {
        resolveImages: 'DoNotAttempt',
        resolutionRules: [{ policy: 'DoNotAttempt', targetResource: onPods, localNames: true }],
      },
    },
    stored: resolvedMysql,
  },
  {
    row: '30 the only allowing rule, excluded by the namespace',
    image: 'mysql:5.7',
    setup: { policyConfig: { executionRules: [{ name: 'allow' }] }, ignoreRules: 'allow' },
    stored: 'Invalid',
  },
  {
    row: '30 the same, not excluded',
    image: 'mysql:5.7',
    setup: { policyConfig: { executionRules: [{ name: 'allow' }] } },
    stored: resolvedMysql,
  },
  {
    row: '31 the only allowing rule skips what is unresolved',
    image: 'nosuch:1',
    setup: { policyConfig: { executionRules: [{ name: 'allow', skipOnResolutionFailure: true }] } },
    stored: 'Invalid',
  },
  { row: '35 an unreadable image', image: [' ', 'MySQL:5.7'], stored: [' ', 'MySQL:5.7'] },
  {
    row: '35 an unreadable image under Required',
    image: 'MySQL:5.7',
    setup: { policyConfig: { resolveImages: 'Required' } },
    stored: 'Invalid',
  },
];

describe('image-policy.md §17', () => {
  it.each(rows)('$row', async ({ image, with: contents, setup, stored }) => {
    const request = podRequest({ ...contents, containers: containers(...[image].flat()) });
    const expected = stored === 'Invalid' ? stored : [stored].flat();
    expect(await storedImages(request, upstream(setup))).toEqual(expected);
  });

  it('18: an annotation on the job template’s own metadata counts for nothing', async () => {
    const kind = kindOf('cronjobs');
    const object = workload(kind, { containers: containers('php') });
    const spec = object['spec'] as { jobTemplate: object };
    const jobTemplate = { ...spec.jobTemplate, metadata: { annotations: everything } };
    const request = requestFor(kind, { ...object, spec: { ...spec, jobTemplate } });
    expect(await storedImages(request, upstream())).toEqual(['php']);
  });

  it('24: a list of one resolution rule leaves the other resources alone', async () => {
    const policyConfig = { resolutionRules: [{ targetResource: onPods, localNames: true }] };
    const named = { containers: containers('mysql:5.7') };
    expect(await storedImages(podRequest(named), upstream({ policyConfig }))).toEqual([resolvedMysql]);
    expect(await storedImages(deploymentRequest(named), upstream({ policyConfig }))).toEqual(['mysql:5.7']);
  });

  it.each([
    // departure: upstream loses the text of these refusals
    [
      '25',
      'nosuch:1',
      'there is no image stream "nosuch" in namespace "app". The policy requires exact images: create the stream, or write the image with its digest',
    ],
    [
      '26',
      'quay.io/a/b:1',
      'it is not an exact image reference; write it with a digest (NAME@sha256:…), or name the tag of an image stream',
    ],
    ['35', 'MySQL:5.7', 'it is not an image reference: repository name must be lowercase'],
  ])('%s: Required tells why it refuses %s', async (_, image, sentence) => {
    const request = deploymentRequest({ containers: containers(image) });
    const { mutated } = await admit(request, upstream({ policyConfig: { resolveImages: 'Required' } }));
    expect(messagesOf(mutated)).toEqual([`Forbidden: container "c0", image "${image}": ${sentence}`]);
  });

  it('27: Required takes a missing tag in the cluster’s registry for resolved', async () => {
    const request = podRequest({ containers: containers('mysql') });
    const surroundings = upstream({ policyConfig: { resolveImages: 'Required' } });
    expect(await storedImages(request, surroundings)).toEqual([`${registry}/app/mysql:latest`]);
  });

  // departure of row 29: `*` in an execution rule never matches on OpenShift; here such a policy is not accepted at all
  it('29: "*" in an execution rule is refused when the policy is read', () => {
    const policyConfig = { executionRules: [{ name: 'all', onResources: [{ resource: '*' }] }] };
    expect(() => upstream({ policyConfig })).toThrow('"*" matches no request in an execution rule');
  });

  // departure: upstream tells of the first only
  it('32: each rejected container gets its own cause', async () => {
    const policyConfig = { executionRules: [{ name: 'none', reject: true }] };
    const request = podRequest({ containers: containers('quay.io/a/b', 'quay.io/a/b') });
    const { mutated } = await admit(request, upstream({ policyConfig }));
    expect(messagesOf(mutated)).toEqual([
      'Forbidden: container "c0", image "quay.io/a/b": this image is prohibited by policy: execution rule "none" rejects it',
      'Forbidden: container "c1", image "quay.io/a/b": this image is prohibited by policy: execution rule "none" rejects it',
    ]);
  });

  it('33: a cluster that does not answer refuses nothing by default, and all under Required', async () => {
    const request = podRequest({ containers: containers('nosuch:1') });
    const down = shopStreams();
    down.unavailable = true;
    expect(await storedImages(request, upstream({ streams: down }))).toEqual(['nosuch:1']);
    const required = { streams: down, policyConfig: { resolveImages: 'Required' } };
    expect(await storedImages(request, upstream(required))).toBe('Invalid');
  });
});
