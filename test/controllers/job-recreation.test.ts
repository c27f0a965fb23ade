import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { status } from '../cluster-client/api-server.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { json } from '../cluster-client/http-server.ts';
import { follow, image, jobPath, ownNamespace, TriggerStage, type WorkloadParts } from './trigger-stage.ts';
import { imagesOf, type WriteFault } from './workload-server.ts';

const records = `/apis/apps/v1/namespaces/${ownNamespace}/controllerrevisions`;
const collection = jobPath('').slice(0, -1);
const manager = 'imagestreams-controller';
const held = 'imagestreams.io/held';
const minute = 60_000;

let stage: TriggerStage;

beforeEach(async () => {
  stage = new TriggerStage();
  await stage.start();
  stage.tag('app', { '1': image(1) });
  reviewed();
});
afterEach(() => stage.stop());

/** Admission looks: what a client says of holds is computed anew. */
function reviewed(): void {
  stage.server.admitNew = (sent) => {
    const { [held]: _, ...annotations } = sent.metadata.annotations ?? {};
    return { ...sent, metadata: { ...sent.metadata, annotations } };
  };
}

const asked = (word: string, parts: WorkloadParts = {}): WorkloadParts => ({
  ...parts,
  annotations: { 'imagestreams.io/on-change': word },
});
const waiting = (parts: WorkloadParts = {}) => asked('recreate', { spec: { suspend: true }, ...parts });

/** A Job that waits and has the image of its tag, under a controller that leads. */
async function settled(parts = waiting()): Promise<string> {
  stage.job('once', { web: image(1), side: 'side' }, [follow('app:1')], parts);
  await stage.lead();
  await stage.quiet();
  return uid();
}

const uid = () => stage.server.get(jobPath('once')).metadata.uid;
const isGone = () => stage.server.find(jobPath('once')) === undefined;
const runs = () => imagesOf(stage.server.find(jobPath('once')) ?? {})['web'];
const left = () => stage.server.names(records);
const managers = () =>
  (stage.server.get(jobPath('once')).metadata.managedFields ?? []).map((each) => each.manager);
const ofJob = (reason: string) => stage.events.filter((event) => event.reason === reason);

async function pending(count: number): Promise<void> {
  while ((await stage.metric('pending_jobs')) !== count)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Until the Job has been made anew with that image, and nothing is left of how. */
async function anew(n: number): Promise<void> {
  await eventually(() => runs() === image(n) && left().length === 0);
  await stage.quiet();
}

/** The request is served as if nothing were to go wrong. */
const served: WriteFault = (response, request) => {
  const faults = stage.server.faults.splice(0);
  stage.server.serve(request, response);
  stage.server.faults.push(...faults);
};

/** So many writes pass, and the next ones meet with something. */
function meets(passing: number, ...faults: readonly WriteFault[]): void {
  stage.server.faults.push(...Array.from({ length: passing }, () => served), ...faults);
}

const answer =
  (code: number, reason: string): WriteFault =>
  (response) =>
    json(response, code, status(code, reason));

/** It is done, and nobody is told. */
const unheard: WriteFault = (response, request) => {
  const { destroy } = response;
  response.end = () => destroy.call(response) as never;
  served(response, request);
};

describe('a Job that waits, when its tag moves', () => {
  it('is rehearsed, written down, deleted, made, handed over, and forgotten about', async () => {
    const entries = [{ manager: 'team', operation: 'Apply', fieldsV1: {} }];
    const before = await settled(waiting({ metadata: { labels: { mine: 'x' }, managedFields: entries } }));
    const seen = stage.server.requests.length;
    stage.tag('app', { '1': image(2) });
    await anew(2);
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
    expect(uid()).not.toBe(before);
    expect(managers()).toEqual(['team']);
    const { metadata, spec } = stage.server.get(jobPath('once'));
    expect(metadata['labels']).toEqual({ mine: 'x' });
    expect(spec).toMatchObject({
      suspend: true,
      template: { spec: { containers: [{}, { image: 'side' }] } },
    });
    expect(JSON.parse(metadata.annotations!['imagestreams.io/trigger-status']!)).toMatchObject({
      containers: { web: { tag: 'app:1', image: image(2) } },
    });
    const [event] = ofJob('JobRecreated');
    expect(event?.regarding).toMatchObject({ kind: 'Job', name: 'once', uid: uid() });
    expect(event?.note).toBe(
      `made anew in place of the Job with uid ${before}: container "web" has ${image(2)} from "app:1" now, before that ${image(1)}`,
    );
    expect(await stage.metric('writes_total', 'Recreated')).toBe(1);
    expect(await stage.metric('delay_seconds_count')).toBe(1);
  });

  it('is made anew once for each image, though something takes that image away', async () => {
    await settled();
    stage.server.admitNew = (sent) => ({
      ...sent,
      metadata: { ...sent.metadata, annotations: { ...sent.metadata.annotations, [held]: '' } },
      spec: {
        ...(sent['spec'] as object),
        template: { spec: { containers: [{ name: 'web', image: 'mirror' }] } },
      },
    });
    stage.tag('app', { '1': image(2) });
    await eventually(() => runs() === 'mirror' && left().length === 0);
    await stage.quiet();
    const first = uid();
    stage.clock.advance(60 * minute);
    await stage.quiet();
    expect(uid()).toBe(first);
    stage.tag('app', { '1': image(3) });
    await eventually(() => ofJob('JobRecreated').length === 2);
    expect(uid()).not.toBe(first);
  });

  it('is left while the API server would not take the new one, and tried again', async () => {
    const before = await settled();
    stage.server.admitNew = () => undefined;
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerFailed', 'the API server does not take', image(2), '403');
    await stage.quiet();
    expect(uid()).toBe(before);
    expect(left()).toEqual([]);
    reviewed();
    stage.clock.advance(2 * minute);
    await anew(2);
    expect(ofJob('TriggerFailed')).toHaveLength(1);
  });

  it('is left where admission does not look, as nobody asked who wrote that', async () => {
    const before = await settled();
    stage.server.admitNew = (sent) => sent;
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerSkipped', 'admission does not look at this namespace');
    await stage.quiet();
    expect([uid(), left()]).toEqual([before, []]);
  });

  it('is left when it starts before it can be deleted', async () => {
    const before = await settled();
    meets(2, (response, request) => {
      stage.server.change(jobPath('once'), (job) => ({
        ...job,
        spec: { ...(job['spec'] as object), suspend: false },
      }));
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerSkipped', 'has started, or may have');
    await stage.quiet();
    expect([uid(), runs(), left()]).toEqual([before, image(1), []]);
  });

  it('is not made when somebody else deletes it first', async () => {
    await settled();
    meets(2, (response, request) => {
      stage.server.remove(jobPath('once'));
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await eventually(() => isGone() && left().length === 0);
    await stage.quiet();
    expect(isGone()).toBe(true);
  });
});

describe('a Job that is deleted', () => {
  it('is waited for until it is gone, with its pods', async () => {
    stage.server.lingers = true;
    await settled();
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.get(jobPath('once')).metadata['deletionTimestamp'] !== undefined);
    await pending(1);
    stage.clock.advance(2 * minute);
    await stage.told('TriggerSkipped', 'is being deleted', 'waits for its pods to end');
    stage.server.remove(jobPath('once'));
    stage.clock.advance(minute);
    await anew(2);
    await pending(0);
  });

  it('is told of, at the Job and the stream, while the new one is refused; and tried with growing delays', async () => {
    await settled();
    const before = uid();
    const tries: number[] = [];
    stage.server.admitNew = (sent, dryRun) => {
      if (sent.kind !== 'Job') return sent;
      if (!dryRun) tries.push(stage.clock.now());
      const { [held]: _, ...annotations } = sent.metadata.annotations ?? {};
      return dryRun ? { ...sent, metadata: { ...sent.metadata, annotations } } : undefined;
    };
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerFailed', 'was deleted to be made anew', `own/job-${before}`);
    const regarding = ofJob('TriggerFailed').map(({ regarding: { kind, name } }) => `${kind} ${name}`);
    expect(regarding).toEqual(['Job once', 'ImageStream app']);
    // half of what it is, as chance would have it
    const delays = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000];
    for (const [index, delay] of delays.entries()) {
      await eventually(() => ofJob('TriggerFailed').length === 2 * (index + 1));
      stage.clock.advance(delay - 1);
      expect(tries).toHaveLength(index + 1);
      stage.clock.advance(1);
    }
    await eventually(() => ofJob('TriggerFailed').length === 2 * (delays.length + 1));
    reviewed();
    stage.clock.advance(5 * minute);
    await anew(2);
  });

  it('is left to who makes one of its name meanwhile', async () => {
    stage.server.lingers = true;
    await settled();
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.get(jobPath('once')).metadata['deletionTimestamp'] !== undefined);
    stage.server.remove(jobPath('once'));
    stage.job('once', { web: image(2) }, [follow('app:1')], waiting());
    const theirs = uid();
    stage.clock.advance(minute);
    await eventually(() => left().length === 0);
    await stage.quiet();
    expect(uid()).toBe(theirs);
    expect(ofJob('JobRecreated')).toEqual([]);
  });

  it('is forgotten when its namespace is gone', async () => {
    await settled();
    meets(3, answer(404, 'NotFound'));
    stage.tag('app', { '1': image(2) });
    await eventually(() => isGone() && left().length === 0);
    await stage.quiet();
    expect(isGone()).toBe(true);
  });
});

describe('a process that ends on the way', () => {
  /** What is sent after so many requests meets with silence until the process is gone; then another one leads. */
  async function dies(afterRequests: number, ...more: readonly WriteFault[]): Promise<void> {
    meets(afterRequests, ...more, ...Array.from({ length: 20 }, () => answer(503, 'ServiceUnavailable')));
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.faults.length < 20 + more.length);
    await stage.endLead();
    stage.server.faults.length = 0;
    await stage.lead();
  }

  it.each([
    ['before it is written down', 1, []],
    ['before it is deleted', 2, []],
    ['before it is made', 3, []],
    ['before it is handed over', 4, []],
    ['before it is forgotten about', 5, []],
    ['when the deletion has been done unheard', 2, [unheard]],
    ['when it has been made unheard', 3, [unheard]],
  ] as const)('leaves nothing undone: %s', async (_, requests, more) => {
    const before = await settled();
    await dies(requests, ...more);
    // a deletion that was sent may still take effect for a while
    for (let times = 0; times < 30 && (left().length > 0 || runs() !== image(2)); times += 1) {
      stage.clock.advance(30_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await anew(2);
    expect(uid()).not.toBe(before);
    expect(managers()).not.toContain(manager);
    expect(stage.server.names(collection)).toEqual(['once']);
  });
});
