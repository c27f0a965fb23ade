import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  builtInKinds,
  builtInTable,
  imageField,
  imagePointer,
  imagesOf,
  isControlled,
  type KubernetesObject,
  resolveNamesAnnotation,
  resolvesAllNames,
  unchangedSince,
  valueAt,
  visitAll,
  type WorkloadKind,
} from '../../src/workloads/index.ts';

const podSpec = {
  initContainers: [{ name: 'init', image: 'i' }],
  containers: [
    { name: 'web', image: 'w' },
    { name: 'side', image: 's' },
  ],
  ephemeralContainers: [{ name: 'debug', image: 'd' }],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'model', image: { reference: 'm' } },
  ],
};

function nested(path: readonly string[], value: unknown): KubernetesObject {
  return path.reduceRight<unknown>((inner, field) => ({ [field]: inner }), value) as KubernetesObject;
}

function pod(spec: unknown): KubernetesObject {
  return { spec };
}

const podKind = builtInTable.ofResource('', 'pods') as WorkloadKind;
const deployment = builtInTable.ofResource('apps', 'deployments') as WorkloadKind;

describe('the kind table', () => {
  it.each(builtInKinds.map((row) => [`${row.group}/${row.kind}`, row] as const))(
    '%s: visits every image',
    (_, row) => {
      const object = nested(row.podSpecPath, podSpec);
      const places = imagesOf(row, object);
      expect(places.map(({ list, name, image }) => [list, name, image])).toEqual([
        ['initContainers', 'init', 'i'],
        ['containers', 'web', 'w'],
        ['containers', 'side', 's'],
        ['ephemeralContainers', 'debug', 'd'],
        ['volumes', 'model', 'm'],
      ]);
      for (const place of places) {
        expect(valueAt(object, imagePointer(row, place).slice(1).split('/'))).toBe(place.image);
      }
      expect(imageField(row, places[2]!)).toBe(`${row.podSpecPath.join('.')}.containers[1].image`);
      expect(imageField(row, places[4]!)).toBe(`${row.podSpecPath.join('.')}.volumes[1].image.reference`);
    },
  );

  it('leaves out what is switched off', () => {
    const lists = imagesOf(podKind, pod(podSpec), { ephemeralContainers: false, imageVolumes: false });
    expect(new Set(lists.map(({ list }) => list))).toEqual(new Set(['initContainers', 'containers']));
  });

  it.each([
    ['apps/v1', 'Deployment', 'deployments'],
    ['v1', 'Pod', 'pods'],
    ['batch/v1beta1', 'CronJob', 'cronjobs'],
    ['extensions/v1beta1', 'ReplicaSet', 'replicasets'],
    ['apps/v3', 'Deployment', undefined],
    ['example.com/v1', 'Deployment', undefined],
    ['v1', 'ConfigMap', undefined],
  ])('%s %s is %s', (apiVersion, kind, resource) => {
    expect(builtInTable.ofManifest(apiVersion, kind)?.resource).toBe(resource);
  });

  it('visits anything without a crash', () => {
    fc.assert(
      fc.property(fc.constantFrom(...builtInKinds), fc.anything(), (row, value) => {
        imagesOf(row, nested(row.podSpecPath, value));
        imagesOf(row, nested(row.podSpecPath, { containers: [value], volumes: [value] }));
        resolvesAllNames(row, nested(row.podSpecPath, value));
      }),
    );
  });
});

describe('unchangedSince', () => {
  const changed = (before: object, after: object): string[] => {
    const unchanged = unchangedSince(imagesOf(podKind, pod(before), visitAll));
    return imagesOf(podKind, pod(after), visitAll)
      .filter((place) => !unchanged(place))
      .map(({ name }) => name);
  };
  const list = (...entries: readonly (readonly [string, string])[]): object[] =>
    entries.map(([name, image]) => ({ name, image }));

  // image-policy.md §9, §16.8
  it.each<readonly [string, object, object, readonly string[]]>([
    [
      'new image',
      { initContainers: list(['1', 'test-1']), containers: list(['2', 'test-2']) },
      { initContainers: list(['1', 'test']), containers: list(['2', 'test-2']) },
      ['1'],
    ],
    [
      'another position',
      { containers: list(['1', 'a'], ['2', 'b']) },
      { containers: list(['2', 'b'], ['1', 'a']) },
      [],
    ],
    ['another list', { initContainers: list(['1', 'a']) }, { containers: list(['1', 'a']) }, []],
    ['another name', { containers: list(['1', 'a']) }, { containers: list(['2', 'a']) }, ['2']],
    [
      'init containers first',
      { initContainers: list(['1', 'a']), containers: list(['1', 'b']) },
      { containers: list(['1', 'b']) },
      ['1'],
    ],
    [
      'volume of a container name',
      { containers: list(['1', 'a']) },
      { volumes: [{ name: '1', image: { reference: 'a' } }] },
      ['1'],
    ],
    [
      'volume',
      { volumes: [{ name: '1', image: { reference: 'a' } }] },
      { volumes: [{ name: '1', image: { reference: 'a' } }] },
      [],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(changed(before, after)).toEqual(expected);
  });
});

describe('resolvesAllNames', () => {
  const annotated = (value: string) => ({ annotations: { [resolveNamesAnnotation]: value } });

  it.each<readonly [string, KubernetesObject, boolean]>([
    ['on the object', { metadata: annotated('*') }, true],
    ['on the template', { spec: { template: { metadata: annotated('*') } } }, true],
    ['any other value', { metadata: annotated('true') }, false],
    ['absent', {}, false],
  ])('%s', (_, object, expected) => {
    expect(resolvesAllNames(deployment, object)).toBe(expected);
  });

  it('does not read the job template of a CronJob', () => {
    const cronJob = builtInTable.ofResource('batch', 'cronjobs') as WorkloadKind;
    expect(resolvesAllNames(cronJob, { spec: { jobTemplate: { metadata: annotated('*') } } })).toBe(false);
    expect(
      resolvesAllNames(cronJob, {
        spec: { jobTemplate: { spec: { template: { metadata: annotated('*') } } } },
      }),
    ).toBe(true);
  });
});

describe('isControlled', () => {
  it.each<readonly [string, KubernetesObject, boolean]>([
    ['no owner', {}, false],
    ['owner that is no controller', { metadata: { ownerReferences: [{ kind: 'X' }] } }, false],
    ['controller', { metadata: { ownerReferences: [{ kind: 'X' }, { controller: true }] } }, true],
    ['null', { metadata: { ownerReferences: null } }, false],
  ])('%s', (_, object, expected) => {
    expect(isControlled(object)).toBe(expected);
  });
});
