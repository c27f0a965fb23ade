import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { carriedOwners, handOverPatch, type PlannedImage, recreatedJob } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';

const uid = '0c1d';
const generated = {
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': 'once',
  'controller-uid': uid,
  'job-name': 'once',
};

interface Manifest {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly templateLabels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly spec: object;
  readonly podSpec: object;
}

/** A manifest as a person writes it. */
function written({ labels, annotations, templateLabels, finalizers, spec, podSpec }: Manifest): object {
  const given = (fields: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: given({ name: 'once', namespace: 'shop', labels, annotations, finalizers }),
    spec: {
      ...spec,
      template: {
        metadata: given({ labels: templateLabels }),
        spec: {
          containers: [
            { name: 'web', image: 'old' },
            { name: 'side', image: 'side' },
          ],
          ...podSpec,
        },
      },
    },
  };
}

interface Written {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly template: { readonly metadata: { readonly labels?: object }; readonly spec: object };
  };
}

/** What the API server and the Job controller make of it. */
function stored(manifest: object): KubernetesObject {
  const { metadata, spec, ...type } = manifest as Written;
  const { labels, ...others } = spec.template.metadata;
  const template = { ...spec.template, metadata: { ...others, labels: { ...labels, ...generated } } };
  return {
    ...type,
    metadata: {
      ...metadata,
      labels: metadata['labels'] ?? template.metadata.labels,
      ...{ uid, resourceVersion: '7', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
      annotations: { ...(metadata['annotations'] as object), 'batch.kubernetes.io/job-tracking': '' },
      managedFields: [{ manager: 'team', operation: 'Apply' }],
      finalizers: [
        ...((metadata['finalizers'] as readonly string[] | undefined) ?? []),
        'foregroundDeletion',
      ],
    },
    spec: { ...spec, template, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } } },
    status: { startTime: '2026-01-01T00:00:00Z', active: 1 },
  } as KubernetesObject;
}

const toK1: PlannedImage = {
  container: { list: 'containers', index: 0, name: 'web' },
  pointer: '/spec/template/spec/containers/0/image',
  ...{ from: 'old', to: 'q/app@K1', tag: 'app:1', again: false },
};
const planned = { images: [toK1], status: undefined };

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const words = fc.dictionary(word, word, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
const manifests = fc.record(
  {
    labels: words,
    annotations: words,
    templateLabels: words,
    finalizers: fc.array(
      word.map((each) => `example.org/${each}`),
      { minLength: 1, maxLength: 2 },
    ),
    spec: fc.record(
      {
        suspend: fc.boolean(),
        backoffLimit: fc.nat(9),
        completions: fc.nat(9),
        parallelism: fc.nat(9),
        completionMode: fc.constantFrom('Indexed', 'NonIndexed'),
        ttlSecondsAfterFinished: fc.nat(99),
        activeDeadlineSeconds: fc.nat(99),
        podReplacementPolicy: fc.constant('Failed'),
        podFailurePolicy: fc.constant({
          rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }],
        }),
      },
      { requiredKeys: [] },
    ),
    podSpec: fc.record(
      { restartPolicy: fc.constant('Never'), serviceAccountName: word, nodeSelector: words },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['spec', 'podSpec'] },
);

describe('the Job that takes the place of another one', () => {
  it('is what the other one was made of, but for the images', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const made = recreatedJob(stored(written(manifest)), planned);
        const containers = [
          { name: 'web', image: 'q/app@K1' },
          { name: 'side', image: 'side' },
        ];
        const expected = written({ ...manifest, podSpec: { ...manifest.podSpec, containers } }) as Written;
        expect(made).toEqual({ ...expected, metadata: { finalizers: [], ...expected.metadata } });
      }),
    );
  });

  it('is the same again when it is made anew for the same images', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const once = recreatedJob(stored(written(manifest)), planned);
        expect(recreatedJob(stored(once), planned)).toEqual(once);
      }),
    );
  });

  it('keeps labels that came to those of its template', () => {
    const job = stored(written({ templateLabels: { a: 'b' }, spec: {}, podSpec: {} }));
    const { labels, ...metadata } = job.metadata as { readonly labels: object };
    const more = { ...job, metadata: { ...metadata, labels: { ...labels, mine: 'x' } } as object };
    expect(recreatedJob(job, planned).metadata).not.toHaveProperty('labels');
    expect(recreatedJob(more, planned).metadata).toMatchObject({ labels: { a: 'b', mine: 'x' } });
  });

  it('says the status of the plan, and all else that it said', () => {
    const annotations = {
      mine: 'x',
      'imagestreams.io/resolved': '{}',
      'imagestreams.io/trigger-status': 'before',
    };
    const job = stored(written({ annotations, spec: {}, podSpec: {} }));
    const said = (status: string | undefined) =>
      recreatedJob(job, { ...planned, status }).metadata?.annotations;
    expect(said('now')).toEqual({ ...annotations, 'imagestreams.io/trigger-status': 'now' });
    expect(said(undefined)).toEqual({ mine: 'x', 'imagestreams.io/resolved': '{}' });
  });

  it('keeps a selector that was chosen by hand, and the labels to it', () => {
    const selector = { matchLabels: { mine: 'x', 'job-name': 'once' } };
    const base = stored(
      written({ templateLabels: { mine: 'x' }, spec: { manualSelector: true }, podSpec: {} }),
    );
    const { spec } = base as { readonly spec: object };
    const made = recreatedJob({ ...base, spec: { ...spec, selector } }, planned);
    expect(made['spec']).toMatchObject({
      selector,
      template: { metadata: { labels: { mine: 'x', ...generated } } },
    });
  });

  it('has the images of init containers as well', () => {
    const initContainers = [{ name: 'init', image: 'old' }];
    const job = stored(written({ spec: {}, podSpec: { initContainers } }));
    const inInit = { ...toK1, container: { list: 'initContainers' as const, index: 0, name: 'init' } };
    const made = recreatedJob(job, { images: [inInit], status: undefined });
    expect(made['spec']).toMatchObject({
      template: {
        spec: { initContainers: [{ name: 'init', image: 'q/app@K1' }], containers: [{ image: 'old' }, {}] },
      },
    });
  });

  it('leaves the one that it is made of as it is', () => {
    const job = stored(written({ spec: { suspend: true }, podSpec: {} }));
    const before = structuredClone(job);
    recreatedJob(job, planned);
    expect(job).toEqual(before);
  });
});

describe('who owns the fields of the new Job', () => {
  const own = 'imagestreams-controller';
  const by = (manager: string, more: object = {}) => ({
    manager,
    operation: 'Update',
    apiVersion: 'batch/v1',
    ...more,
  });
  const object = (...managedFields: readonly object[]) =>
    ({ metadata: { resourceVersion: '9', managedFields } }) as KubernetesObject;
  const given = (made: KubernetesObject, carried: readonly unknown[]) => handOverPatch(made, carried, own);

  it('are those who owned the old one, but for us and what was written to its status', () => {
    const old = object(by('team', { operation: 'Apply' }), by(own), by('kcm', { subresource: 'status' }));
    const carried = carriedOwners(old, own);
    expect(carried).toEqual([by('team', { operation: 'Apply' })]);
    const status = by('kcm', { subresource: 'status' });
    expect(given(object(by(own), status), carried)).toEqual([
      { op: 'replace', path: '/metadata/resourceVersion', value: '9' },
      { op: 'replace', path: '/metadata/managedFields', value: [by('team', { operation: 'Apply' }), status] },
    ]);
  });

  it('keep what they have written since', () => {
    const [team, since] = [
      by('team', { operation: 'Apply' }),
      by('team', { operation: 'Apply', time: 'later' }),
    ];
    expect(given(object(by(own), since), [team])[1]).toMatchObject({ value: [since] });
  });

  it('are nobody where the old one was nobody', () => {
    expect(carriedOwners({}, own)).toEqual([]);
    expect(given(object(by(own)), [])[1]).toMatchObject({ value: [{}] });
  });
});
