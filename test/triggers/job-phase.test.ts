import { describe, expect, it } from '@jest/globals';
import { type JobPhase, jobPhase } from '../../src/triggers/job-phase.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';

interface Parts {
  readonly spec?: object;
  readonly status?: object;
  readonly generation?: number;
}

const job = ({ spec = { suspend: true }, status, generation = 1 }: Parts): KubernetesObject => ({
  metadata: { generation } as object,
  spec,
  ...(status === undefined ? {} : { status }),
});

const condition = (type: string, status = 'True') => ({ conditions: [{ type, status }] });

const nothing = { active: 0, ready: 0, terminating: 0 };
const cases: readonly [string, JobPhase, Parts][] = [
  ['suspended since it was made, and not looked at yet', 'Waiting', {}],
  ['suspended, as the Job controller tells it', 'Waiting', { status: condition('Suspended') }],
  ['suspended, with counts of nothing', 'Waiting', { status: { ...nothing, uncountedTerminatedPods: {} } }],
  [
    'named to the controller of Kubernetes',
    'Waiting',
    { spec: { suspend: true, managedBy: 'kubernetes.io/job-controller' } },
  ],
  // its pods are made before its status tells of them
  ['not suspended, and without a status', 'Started', { spec: {} }],
  ['not suspended', 'Started', { spec: { suspend: false } }],
  // it may have run between its creation and now, and its status has forgotten that
  ['suspended later', 'Started', { generation: 2, status: condition('Suspended') }],
  ['of a generation that nobody knows', 'Started', { generation: 0 }],
  ['with a start time', 'Started', { status: { startTime: '2026-01-01T00:00:00Z' } }],
  ...['active', 'ready', 'terminating', 'succeeded', 'failed'].map((field): [string, JobPhase, Parts] => [
    `with pods ${field}`,
    'Started',
    { status: { [field]: 1 } },
  ]),
  [
    'with pods that are not counted yet',
    'Started',
    { status: { uncountedTerminatedPods: { succeeded: ['u1'] } } },
  ],
  ['that will be complete', 'Started', { spec: {}, status: condition('SuccessCriteriaMet') }],
  ['that is not complete', 'Started', { spec: {}, status: condition('Complete', 'False') }],
  ['that is complete', 'Finished', { spec: {}, status: condition('Complete') }],
  ['that has failed', 'Finished', { spec: {}, status: condition('Failed') }],
  [
    'that another controller runs',
    'Elsewhere',
    { spec: { suspend: true, managedBy: 'kueue.x-k8s.io/multikueue' } },
  ],
  ['with a status of another shape', 'Waiting', { status: { conditions: 'none' } }],
];

describe('the phase of a Job', () => {
  it.each(cases)('%s', (_, phase, parts) => {
    expect(jobPhase(job(parts))).toBe(phase);
  });

  it('is Started where nothing is known', () => {
    expect(jobPhase({})).toBe('Started');
  });
});
