import { describe, expect, it } from '@jest/globals';
import {
  sameTriggeredWorkload,
  type TriggeredWorkload,
  triggeredWorkload,
} from '../../src/triggers/index.ts';
import { entry, kindOf, named, text } from './fixtures.ts';
import { followingObject, manager, planFor, type Tags, time } from './following.ts';

const jobs = kindOf('jobs');
const tags: Tags = { 'shop/app:1': 'q/app@K1', 'shop/db:1': 'q/db@D1' };
const onTag = (name: string, container = 'web', rest: object = {}) =>
  entry({ from: { kind: 'ImageStreamTag', name }, fieldPath: named(container), ...rest });

const states = {
  waiting: { spec: { suspend: true } },
  started: { status: { startTime: time, active: 1 } },
  finished: { status: { conditions: [{ type: 'Complete', status: 'True' }] } },
  elsewhere: { spec: { suspend: true, managedBy: 'example.org/other' } },
};

function job(
  state: keyof typeof states,
  annotations: Readonly<Record<string, string>>,
  { triggers = text(onTag('app:1')), images = { web: 'old' } } = {},
): TriggeredWorkload {
  const object = followingObject(jobs, triggers, images, annotations);
  const { spec = {}, status } = states[state] as { readonly spec?: object; readonly status?: object };
  const workload = triggeredWorkload(
    jobs,
    {
      ...object,
      metadata: { ...object.metadata, generation: 1 } as never,
      spec: { ...(object['spec'] as object), ...spec },
      status,
    },
    manager,
  );
  return workload!;
}

const asked = (word: string) => ({ 'imagestreams.io/on-change': word });
const plan = (workload: TriggeredWorkload) => planFor(workload, tags, { kind: jobs });

describe('a Job whose tag moved', () => {
  it.each([
    ['waiting', 'recreate', 'anew'],
    ['waiting', 'recreate-finished', 'anew'],
    ['waiting', 'recreate-running', 'anew'],
    ['started', 'recreate', 'Started'],
    ['started', 'recreate-finished', 'Started'],
    ['started', 'recreate-running', 'anew'],
    ['finished', 'recreate', 'Finished'],
    ['finished', 'recreate-finished', 'anew'],
    // who lets running ones be stopped has not said that finished ones may run again
    ['finished', 'recreate-running', 'Finished'],
    ['finished', 'recreate-finished,recreate-running', 'anew'],
    ['elsewhere', 'recreate', 'Elsewhere'],
    ['elsewhere', 'recreate-finished,recreate-running', 'Elsewhere'],
    ['waiting', 'recreate-all', 'Immutable'],
    ['finished', '', 'Immutable'],
  ] as const)('%s, with %j: %s', (state, word, outcome) => {
    const { recreates, write, images, resting } = plan(job(state, asked(word)));
    if (outcome === 'anew') {
      expect({ recreates, write, resting }).toEqual({ recreates: true, write: true, resting: [] });
      expect(images).toMatchObject([{ from: 'old', to: 'q/app@K1' }]);
    } else {
      expect({ recreates, write, images }).toEqual({ recreates: false, write: false, images: [] });
      expect(resting).toMatchObject([{ reason: outcome, to: 'q/app@K1' }]);
    }
  });

  it.each(Object.keys(states) as (keyof typeof states)[])('%s, unasked: Immutable', (state) => {
    expect(plan(job(state, {})).resting).toMatchObject([{ reason: 'Immutable' }]);
  });

  it('is left while it has the image already', () => {
    const workload = job('finished', asked('recreate-finished'), { images: { web: 'q/app@K1' } });
    expect(plan(workload)).toMatchObject({ recreates: false, write: false, images: [] });
  });

  it('has a status that names the image, so that it is made anew once for each', () => {
    const { status } = plan(job('waiting', asked('recreate')));
    const made = job(
      'waiting',
      { ...asked('recreate'), 'imagestreams.io/trigger-status': status! },
      {
        images: { web: 'mirror/app@K1' },
      },
    );
    expect(plan(made)).toMatchObject({
      recreates: false,
      write: false,
      resting: [{ reason: 'MadeAlready' }],
    });
    const moved = planFor(made, { ...tags, 'shop/app:1': 'q/app@K2' }, { kind: jobs });
    expect(moved).toMatchObject({ recreates: true, images: [{ to: 'q/app@K2' }] });
    expect(plan({ ...made, fire: 'again' })).toMatchObject({ recreates: true });
  });

  it('is left while its trigger is paused or held, and fired once', () => {
    const paused = { triggers: text(onTag('app:1', 'web', { paused: true })) };
    const resting = job('waiting', asked('recreate'), paused);
    expect(plan(resting)).toMatchObject({ recreates: false, resting: [{ reason: 'Paused' }] });
    const held = '{"web":{"image":"old","since":"then","reason":"SetExplicitly","by":"ada"}}';
    const holding = job('waiting', { ...asked('recreate'), 'imagestreams.io/held': held });
    expect(plan(holding)).toMatchObject({ recreates: false, resting: [{ reason: 'Held' }] });
    for (const workload of [resting, holding]) {
      const fired = plan({ ...workload, fire: 'now' });
      expect(fired).toMatchObject({ recreates: true, images: [{ to: 'q/app@K1' }] });
      expect(fired.status).toContain('"fired":"now"');
    }
  });

  it('changes only the containers whose tag moved', () => {
    const triggers = text(onTag('app:1'), onTag('db:1', 'db', { paused: true }));
    const images = { web: 'old', db: 'old', side: 'side' };
    const planned = plan(job('waiting', asked('recreate'), { triggers, images }));
    expect(planned.images.map(({ container }) => container.name)).toEqual(['web']);
  });
});

describe('what is remembered of a Job', () => {
  it('is news when its phase or its word changes, and only where one is asked for', () => {
    const one = job('waiting', asked('recreate'));
    expect(sameTriggeredWorkload(one, job('started', asked('recreate')))).toBe(false);
    expect(sameTriggeredWorkload(one, job('waiting', asked('recreate-running')))).toBe(false);
    expect(sameTriggeredWorkload(one, job('waiting', asked('recreate')))).toBe(true);
    expect(sameTriggeredWorkload(job('started', {}), job('finished', {}))).toBe(true);
  });
});
