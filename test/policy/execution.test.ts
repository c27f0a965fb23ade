import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { excludedRules, type ImageMetadata, imagePolicy, writtenName } from '../../src/policy/index.ts';
import { metadata, pods, policyOf } from './fixtures.ts';
import { type Case, integrated, local, namespaced, pod, verdict } from './judging.ts';

const unset = { group: '', resource: '' };
const elsewhere = (image: string): Case => ({ image, on: unset, accepted: true });

const pair = (key: string, value: string) => ({ [key]: value });
const labelled = (key: string, value: string) => metadata({ labels: pair(key, value) });
const annotated = (key: string, value: string) => metadata({ annotations: pair(key, value) });
const configured = (key: string, value: string) => metadata({ dockerLabels: pair(key, value) });

/** Both values of label1, another label, and no metadata. */
const four = (
  of: (key: string, value: string) => ImageMetadata,
  none: boolean,
  first: boolean,
  second: boolean,
  other: boolean,
): readonly Case[] => [
  pod(local, none),
  pod(local, first, of('label1', 'value1')),
  pod(local, second, of('label1', 'value2')),
  pod(local, other, of('label2', 'value1')),
];

const value1 = { key: 'label1', value: 'value1' };
const value2 = { key: 'label1', value: 'value2' };
const anyValue = { key: 'label1', set: true };

const tables: readonly [string, readonly object[], readonly Case[]][] = [
  [
    'accepts when rules are empty',
    [],
    [elsewhere(''), elsewhere(local), pod(local, true), pod(integrated, true)],
  ],
  [
    'when all rules are deny, match everything else',
    [{ reject: true, matchIntegratedRegistry: true }],
    [elsewhere(''), elsewhere(integrated), pod(integrated, false), pod(namespaced, true), pod(local, true)],
  ],
  [
    'deny rule and accept rule',
    [{}, { reject: true, matchRegistries: ['index.docker.io'] }],
    [
      elsewhere(''),
      elsewhere(integrated),
      pod(integrated, true, metadata()),
      pod('index.docker.io/namespace/test:latest', false, metadata()),
      pod(local, true, metadata()),
    ],
  ],
  [
    'exclude a deny rule',
    [{ name: 'excluded-rule', reject: true, matchIntegratedRegistry: true, skipOnResolutionFailure: true }],
    [
      elsewhere(''),
      elsewhere(integrated),
      pod(integrated, true),
      pod(namespaced, true),
      pod(local, true),
    ].map((each) => ({ ...each, excluded: 'excluded-rule' })),
  ],
  [
    'invert a deny rule',
    [{ invertMatch: true, matchIntegratedRegistry: true }],
    [elsewhere(''), elsewhere(integrated), pod(integrated, false), pod(namespaced, true), pod(local, true)],
  ],
  [
    'reject an inverted deny rule',
    [{ reject: true, invertMatch: true, matchIntegratedRegistry: true }],
    [elsewhere(''), elsewhere(integrated), pod(integrated, true), pod(namespaced, false), pod(local, false)],
  ],
  [
    'flags image resolution failure on matching resources',
    [{}],
    [elsewhere(''), elsewhere(integrated), pod(local, true), pod(local, true, metadata())],
  ],
  [
    'accepts matching registries',
    [{ matchRegistries: ['myregistry.io'] }],
    [pod(integrated, false), pod(namespaced, true), pod(local, false)],
  ],
  [
    'accepts matching image labels',
    [{ matchImageLabels: [{ matchLabels: { label1: 'value1' } }] }],
    four(labelled, false, true, false, false),
  ],
  [
    'accepts matching multiple image label values',
    [
      { matchImageLabels: [{ matchLabels: { label1: 'value1' } }] },
      { matchImageLabels: [{ matchLabels: { label1: 'value2' } }] },
    ],
    four(labelled, false, true, true, false),
  ],
  [
    'accepts matching image labels by key',
    [{ matchImageLabels: [{ matchExpressions: [{ key: 'label1', operator: 'Exists' }] }] }],
    four(labelled, false, true, true, false),
  ],
  [
    'accepts matching image annotations',
    [{ matchImageAnnotations: [value1] }],
    four(annotated, false, true, false, false),
  ],
  [
    'accepts matching multiple image annotations values',
    [{ matchImageAnnotations: [value1] }, { matchImageAnnotations: [value2] }],
    four(annotated, false, true, true, false),
  ],
  [
    'accepts matching image annotations by key',
    [{ matchImageAnnotations: [anyValue] }],
    four(annotated, false, true, true, false),
  ],
  [
    'accepts matching docker image labels',
    [{ matchDockerImageLabels: [value1] }],
    four(configured, false, true, false, false),
  ],
  [
    'accepts matching multiple docker image label values',
    [{ matchDockerImageLabels: [value1] }, { matchDockerImageLabels: [value2] }],
    four(configured, false, true, true, false),
  ],
  [
    'accepts matching docker image labels by key',
    [{ matchDockerImageLabels: [anyValue] }],
    four(configured, false, true, true, false),
  ],
];

describe('execution rules by image-policy.md §16.7', () => {
  it.each(tables)('%s', (_, rules, cases) => {
    for (const each of cases) {
      expect({ ...each, accepted: verdict(rules, each).accepted }).toEqual(each);
    }
  });

  it('covers calculations', () => {
    const policy = policyOf({
      resolutionRules: [],
      executionRules: [
        { name: 'core', onResources: [{ resource: 'pods' }, { resource: 'services' }] },
        { name: 'services', onResources: [{ group: 'extra', resource: 'services' }] },
        { name: 'nodes', onResources: [{ group: 'extra', resource: 'nodes' }] },
      ],
    });
    const covers = (group: string, resource: string) => policy.of({ group, resource }).coveredByExecution;
    expect(covers('', 'pods')).toBe(true);
    expect(covers('', 'services')).toBe(true);
    expect(covers('extra', 'services')).toBe(true);
    expect(covers('extra', 'nodes')).toBe(true);
    expect(covers('', 'nodes')).toBe(false);
    expect(policyOf({}).of(unset).coveredByExecution).toBe(false);
  });
});

describe('the sample policy by image-policy.md §16.1', () => {
  const input: unknown = parse(readFileSync(join(import.meta.dirname, 'sample-policy.yaml'), 'utf8'));
  const loaded = imagePolicy(input, { integratedRegistry: 'integrated.registry', imageMetadata: true });
  const bad = metadata({ annotations: { 'images.openshift.io/deny-execution': 'true' } });
  const good = metadata();
  const digest = `sha256:${'0'.repeat(63)}1`;

  it('is valid, and tries to resolve', () => {
    expect(loaded.ok && loaded.policy.config.resolveImages).toBe('Attempt');
  });

  it.each([
    [1, 'index.docker.io/mysql:latest', undefined, undefined, true],
    [2, `index.docker.io/mysql@${digest}`, good, undefined, true],
    [4, 'integrated.registry/repo/mysql:missingtag', undefined, undefined, true],
    [5, 'integrated.registry/repo/mysql:goodtag', good, undefined, true],
    [6, 'integrated.registry/repo/mysql:badtag', bad, undefined, false],
    [7, `index.docker.io/mysql@${digest}`, bad, undefined, false],
    [11, `index.docker.io/mysql@${digest}`, bad, 'execution-denied', true],
  ])('number %i', (_, image, known, ignored, accepted) => {
    const attributes = {
      name: writtenName(image),
      excludedRules: excludedRules(ignored),
      ...(known === undefined ? {} : { image: known }),
    };
    expect(loaded.ok && loaded.policy.of(pods).accepts(attributes).accepted).toBe(accepted);
  });
});
