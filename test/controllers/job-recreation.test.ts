import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../cluster-client/eventually.ts';
import { answer, type JobStage, jobStage, waiting } from './job-stage.ts';
import { follow, image, jobPath, type TriggerStage } from './trigger-stage.ts';

const held = 'imagestreams.io/held';
const minute = 60_000;

let stage: TriggerStage;
let job: JobStage;

beforeEach(async () => {
  ({ stage, job } = await jobStage());
});
afterEach(() => stage.stop());

describe('a Job that waits, when its tag moves', () => {
  it('is rehearsed, written down, deleted, made, handed over, and forgotten about', async () => {
    const entries = [{ manager: 'team', operation: 'Apply', fieldsV1: {} }];
    const before = await job.settled(
      waiting({ metadata: { labels: { mine: 'x' }, managedFields: entries } }),
    );
    const seen = stage.server.requests.length;
    stage.tag('app', { '1': image(2) });
    await job.anew(2);
    const record = `own/controllerrevisions/job-${before}`;
    expect(stage.server.requests.slice(seen)).toEqual([
      'GET shop/jobs/once',
      'POST shop/jobs',
      'POST own/controllerrevisions',
      'DELETE shop/jobs/once',
      'GET shop/jobs/once',
      'POST shop/jobs',
      'PATCH shop/jobs/once',
      `DELETE ${record}`,
    ]);
    expect(job.uid()).not.toBe(before);
    expect(job.managers()).toEqual(['team']);
    const { metadata, spec } = stage.server.get(jobPath('once'));
    expect(metadata['labels']).toEqual({ mine: 'x' });
    expect(spec).toMatchObject({
      suspend: true,
      template: { spec: { containers: [{}, { image: 'side' }] } },
    });
    expect(JSON.parse(metadata.annotations!['imagestreams.io/trigger-status']!)).toMatchObject({
      containers: { web: { tag: 'app:1', image: image(2) } },
    });
    const [event] = job.ofJob('JobRecreated');
    expect(event?.regarding).toMatchObject({ kind: 'Job', name: 'once', uid: job.uid() });
    expect(event?.note).toBe(
      `made anew in place of the Job with uid ${before}: container "web" has ${image(2)} from "app:1" now, before that ${image(1)}`,
    );
    expect(await stage.metric('writes_total', 'Recreated')).toBe(1);
    expect(await stage.metric('delay_seconds_count')).toBe(1);
  });

  it('is made anew once for each image, though something takes that image away', async () => {
    await job.settled();
    stage.server.admitNew = (sent) => ({
      ...sent,
      metadata: { ...sent.metadata, annotations: { ...sent.metadata.annotations, [held]: '' } },
      spec: {
        ...(sent['spec'] as object),
        template: { spec: { containers: [{ name: 'web', image: 'mirror' }] } },
      },
    });
    stage.tag('app', { '1': image(2) });
    await eventually(() => job.runs() === 'mirror' && job.left().length === 0);
    await stage.quiet();
    const first = job.uid();
    stage.clock.advance(60 * minute);
    await stage.quiet();
    expect(job.uid()).toBe(first);
    stage.tag('app', { '1': image(3) });
    await eventually(() => job.ofJob('JobRecreated').length === 2);
    expect(job.uid()).not.toBe(first);
  });

  it('is left while the API server would not take the new one, and tried again', async () => {
    const before = await job.settled();
    stage.server.admitNew = () => undefined;
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerFailed', 'the API server does not take', image(2), '403');
    await stage.quiet();
    expect(job.uid()).toBe(before);
    expect(job.left()).toEqual([]);
    job.reviewed();
    stage.clock.advance(2 * minute);
    await job.anew(2);
    expect(job.ofJob('TriggerFailed')).toHaveLength(1);
  });

  it('is left where admission does not look, as nobody asked who wrote that', async () => {
    const before = await job.settled();
    stage.server.admitNew = (sent) => sent;
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerSkipped', 'admission does not look at this namespace');
    await stage.quiet();
    expect([job.uid(), job.left()]).toEqual([before, []]);
  });

  it('is left when it starts before it can be deleted', async () => {
    const before = await job.settled();
    job.meets(2, (response, request) => {
      stage.server.change(jobPath('once'), (job) => ({
        ...job,
        spec: { ...(job['spec'] as object), suspend: false },
      }));
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerSkipped', 'has started, or may have');
    await stage.quiet();
    expect([job.uid(), job.runs(), job.left()]).toEqual([before, image(1), []]);
  });

  it('is not made when somebody else deletes it first', async () => {
    await job.settled();
    job.meets(2, (response, request) => {
      stage.server.remove(jobPath('once'));
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await eventually(() => job.isGone() && job.left().length === 0);
    await stage.quiet();
    expect(job.isGone()).toBe(true);
  });
});

describe('a Job that is deleted', () => {
  it('is waited for until it is gone, with its pods', async () => {
    stage.server.lingers = true;
    await job.settled();
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.get(jobPath('once')).metadata['deletionTimestamp'] !== undefined);
    await job.pending(1);
    stage.clock.advance(2 * minute);
    await stage.told('TriggerSkipped', 'is being deleted', 'waits for its pods to end');
    stage.server.remove(jobPath('once'));
    stage.clock.advance(minute);
    await job.anew(2);
    await job.pending(0);
  });

  it('is told of, at the Job and the stream, while the new one is refused; and tried with growing delays', async () => {
    await job.settled();
    const before = job.uid();
    const tries: number[] = [];
    stage.server.admitNew = (sent, dryRun) => {
      if (sent.kind !== 'Job') return sent;
      if (!dryRun) tries.push(stage.clock.now());
      const { [held]: _, ...annotations } = sent.metadata.annotations ?? {};
      return dryRun ? { ...sent, metadata: { ...sent.metadata, annotations } } : undefined;
    };
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerFailed', 'was deleted to be made anew', `own/job-${before}`);
    const regarding = job.ofJob('TriggerFailed').map(({ regarding: { kind, name } }) => `${kind} ${name}`);
    expect(regarding).toEqual(['Job once', 'ImageStream app']);
    // half of what it is, as chance would have it
    const delays = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000];
    for (const [index, delay] of delays.entries()) {
      await eventually(() => job.ofJob('TriggerFailed').length === 2 * (index + 1));
      stage.clock.advance(delay - 1);
      expect(tries).toHaveLength(index + 1);
      stage.clock.advance(1);
    }
    await eventually(() => job.ofJob('TriggerFailed').length === 2 * (delays.length + 1));
    job.reviewed();
    stage.clock.advance(5 * minute);
    await job.anew(2);
  });

  it('is left to who makes one of its name meanwhile', async () => {
    stage.server.lingers = true;
    await job.settled();
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.get(jobPath('once')).metadata['deletionTimestamp'] !== undefined);
    stage.server.remove(jobPath('once'));
    stage.job('once', { web: image(2) }, [follow('app:1')], waiting());
    const theirs = job.uid();
    stage.clock.advance(minute);
    await eventually(() => job.left().length === 0);
    await stage.quiet();
    expect(job.uid()).toBe(theirs);
    expect(job.ofJob('JobRecreated')).toEqual([]);
  });

  it('is made once, though its record stays for a while', async () => {
    await job.settled();
    job.meets(5, ...Array.from({ length: 3 }, () => answer(403, 'Forbidden')));
    stage.tag('app', { '1': image(2) });
    await eventually(() => job.ofJob('JobRecreated').length === 1);
    // whoever deletes the new one means it
    stage.server.remove(jobPath('once'));
    while (job.left().length > 0) {
      stage.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stage.quiet();
    expect(job.isGone()).toBe(true);
    expect(job.ofJob('TriggerFailed')).toEqual([]);
  });

  it('is forgotten when its namespace is gone', async () => {
    await job.settled();
    job.meets(3, answer(404, 'NotFound'));
    stage.tag('app', { '1': image(2) });
    await eventually(() => job.isGone() && job.left().length === 0);
    await stage.quiet();
    expect(job.isGone()).toBe(true);
  });
});
