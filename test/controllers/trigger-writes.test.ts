import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { status } from '../cluster-client/api-server.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { json } from '../cluster-client/http-server.ts';
import { deploymentPath, follow, image, TriggerStage } from './trigger-stage.ts';

const manager = 'imagestreams-controller';
const minute = 60_000;

let stage: TriggerStage;

beforeEach(async () => {
  stage = new TriggerStage();
  await stage.start();
});
afterEach(() => stage.stop());

const managers = (name: string) =>
  (stage.server.get(deploymentPath(name)).metadata.managedFields ?? []).map((each) => each.manager);

/** Lets time pass until a request arrives, or so long in vain. */
const passes = async (ms: number) => {
  stage.clock.advance(ms);
  await stage.quiet();
};

describe('where admission does not see a workload', () => {
  it('the controller sets the image itself, once, and gives up its ownership', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old', side: 'side' }, [follow('app:1')]);
    await stage.lead();
    await stage.has('a', image(1));
    expect(stage.server.requests).toEqual(Array.from({ length: 3 }, () => 'PATCH shop/deployments/a'));
    expect(managers('a')).toEqual([]);
    expect(stage.images('a')).toEqual({ web: image(1), side: 'side' });
    expect(stage.server.get(deploymentPath('a')).metadata.generation).toBe(2);
    expect(await stage.metric('writes_total', 'Controller')).toBe(1);
    await stage.told('ImageUpdated', image(1));
  });

  it('is asked there only now and then, as long as it does not answer', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    await stage.lead();
    await stage.has('a', image(1));
    const writes = () => stage.server.requests.length;
    const { generation } = stage.server.get(deploymentPath('a')).metadata;
    stage.tag('app', { '1': image(2) });
    await stage.has('a', image(2));
    expect(writes()).toBe(3 + 2);
    expect(stage.server.get(deploymentPath('a')).metadata.generation).toBe(generation + 1);
    expect(managers('a')).toEqual([]);
    stage.withWebhook();
    stage.clock.advance(10 * minute);
    stage.tag('app', { '1': image(3) });
    await stage.has('a', image(3));
    expect(writes()).toBe(3 + 2 + 1);
    expect(await stage.metric('writes_total', 'Admission')).toBe(1);
  });

  it('sees what others wrote between its own writes', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    const pass: (typeof stage.server.faults)[number] = (response, request) =>
      stage.server.serve(request, response);
    stage.server.faults.push(pass, pass, (response, request) => {
      stage.setImage('a', 'web', ' ');
      stage.server.serve(request, response);
    });
    await stage.lead();
    await eventually(() => stage.server.requests.length >= 4);
    await stage.has('a', image(1));
    expect(managers('a')).toEqual([]);
  });

  it('leaves the entries of others in the managed fields', async () => {
    stage.withWebhook();
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    const owned = { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } };
    const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': owned } } };
    const entry = (name: string) => ({ manager: name, operation: 'Update', fieldsV1 });
    stage.server.change(deploymentPath('a'), (object) => ({
      ...object,
      metadata: { ...object.metadata, managedFields: [entry('helm'), entry(manager), entry('kubectl')] },
    }));
    await stage.lead();
    await stage.has('a', image(1));
    expect(managers('a')).toEqual(['helm', 'kubectl']);
  });

  it('what a process before left behind when it ended between two writes is made good', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    await stage.lead();
    // the status is written; then the image; then nothing more
    let writes = 0;
    stage.server.admit = (sent) => {
      writes += 1;
      if (writes === 2) stage.server.faults.push(...Array.from({ length: 9 }, () => unavailable));
      return sent;
    };
    await eventually(() => stage.images('a')['web'] === image(1));
    await stage.endLead();
    expect(managers('a')).toEqual([manager]);
    stage.server.faults.length = 0;
    await stage.lead();
    await stage.quiet();
    expect(managers('a')).toEqual([]);
  });
});

const unavailable: TriggerStage['server']['faults'][number] = (response) =>
  json(response, 503, status(503, 'ServiceUnavailable'));

describe('a write that meets another one', () => {
  beforeEach(() => stage.withWebhook());

  it('does not undo an image that is held by the time it arrives', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    const held = JSON.stringify({
      web: { image: 'mine', since: 'then', reason: 'SetExplicitly', by: 'ada' },
    });
    stage.server.faults.push((response, request) => {
      stage.setImage('a', 'web', 'mine', { 'imagestreams.io/held': held });
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.requests.length >= 2);
    await stage.quiet();
    expect(stage.images('a')['web']).toBe('mine');
    expect(stage.server.requests.slice(0, 2)).toEqual(['PATCH shop/deployments/a', 'GET shop/deployments/a']);
  });

  it('is decided anew on what is there then', async () => {
    stage.tag('app', { '1': image(1), '2': image(7) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    stage.server.faults.push((response, request) => {
      stage.annotate('a', { 'image.openshift.io/triggers': JSON.stringify([follow('app:2')]) });
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2), '2': image(7) });
    await stage.has('a', image(7));
    expect(stage.notes('ImageUpdated')).toEqual([expect.stringContaining(image(7))]);
  });

  it('loses nothing of it that is none of its conditions', async () => {
    stage.tag('app', { '1': image(1) });
    const triggers = [follow('app:1'), follow('app:1', 'side', { paused: true })];
    stage.deploy('a', { web: image(1), side: image(1) }, triggers);
    await stage.lead();
    await stage.quiet();
    stage.server.faults.push((response, request) => {
      stage.annotate('a', { 'imagestreams.io/fire': 'now' });
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await stage.has('a', image(2), 'side');
    expect(stage.images('a')['web']).toBe(image(2));
  });

  it('is tried again when others go on writing', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    for (let times = 0; times < 4; times += 1) {
      stage.server.faults.push((response, request) => {
        stage.annotate('a', { 'imagestreams.io/trigger-status': `{"released":"${times}"}` });
        stage.server.serve(request, response);
      });
    }
    stage.tag('app', { '1': image(2) });
    await stage.has('a', image(2));
    expect(stage.events.filter(({ type }) => type === 'Warning')).toEqual([]);
  });

  it('is none where the workload goes meanwhile', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    stage.server.faults.push((response, request) => {
      stage.server.remove(deploymentPath('a'));
      stage.server.serve(request, response);
    });
    stage.tag('app', { '1': image(2) });
    await stage.quiet();
    expect(stage.events.filter(({ type }) => type === 'Warning')).toEqual([]);
  });
});

describe('a write that is undone while nothing is heard of either', () => {
  it('is made again', async () => {
    stage.withWebhook();
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    const before = stage.server.get(deploymentPath('a'));
    stage.tag('app', { '1': image(2) });
    stage.server.freeze();
    await eventually(() => stage.images('a')['web'] === image(2));
    stage.server.change(deploymentPath('a'), () => before);
    stage.server.dropWatches();
    await stage.has('a', image(2));
  });
});

describe('a write that fails', () => {
  beforeEach(() => stage.withWebhook());

  it('is tried again soon when the cause may pass', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    stage.server.faults.push(unavailable, unavailable);
    await stage.lead();
    await stage.quiet();
    expect(stage.images('a')['web']).toBe('old');
    await passes(500);
    await passes(1_000);
    await stage.has('a', image(1));
    expect(await stage.metric('writes_total', 'Failed')).toBe(2);
    expect(stage.events.map(({ reason }) => reason)).toEqual(['ImageUpdated']);
  });

  it('is told once and tried ever more rarely when the API server does not take it', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    stage.server.admit = () => undefined;
    await stage.lead();
    const { note } = await stage.told('TriggerFailed', image(1), '"web"', 'answered PATCH');
    expect(note).toContain('422');
    await stage.quiet();
    const attempts = () => stage.server.requests.filter((request) => request.startsWith('PATCH')).length;
    // once with the conditions, and once more to tell them from the object
    expect(attempts()).toBe(2);
    for (const [after, expected] of [
      [29_000, 2],
      [1_000, 4],
      [59_000, 4],
      [1_000, 6],
    ] as const) {
      await passes(after);
      expect(attempts()).toBe(expected);
    }
    expect(stage.notes('TriggerFailed')).toHaveLength(1);
    stage.withWebhook();
    stage.annotate('a', { 'imagestreams.io/trigger-status': '{}' });
    await stage.has('a', image(1));
  });
});

describe('another writer who puts an image back', () => {
  const revert = async (to = 'theirs') => {
    await stage.has('a', image(1));
    stage.server.change(deploymentPath('a'), (object) => {
      const fields = { 'k:{"name":"web"}': { 'f:image': {} } };
      const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': fields } } } };
      const managedFields = [
        { manager: 'argocd', operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1 },
      ];
      return { ...object, metadata: { ...object.metadata, managedFields } };
    });
    stage.setImage('a', 'web', to);
    await stage.quiet();
  };

  beforeEach(async () => {
    stage.withWebhook();
    stage.tag('app', { '1': image(1), '2': image(2) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    await stage.lead();
  });

  it('is given way the third time within five minutes, and named; then it is tried again rarely', async () => {
    await revert();
    await revert();
    await revert();
    const { note } = await stage.told('TriggerConflict', '"web"', '"argocd"', 'theirs', image(1));
    expect(note).toContain('2026-01-01T00:10:00Z');
    expect(stage.images('a')['web']).toBe('theirs');
    await passes(10 * minute - 1);
    expect(stage.images('a')['web']).toBe('theirs');
    await passes(1);
    expect(stage.images('a')['web']).toBe(image(1));
    await revert();
    await passes(15 * minute);
    expect(stage.images('a')['web']).toBe('theirs');
    expect(stage.notes('TriggerConflict')).toHaveLength(2);
  });

  it('is not given way when the tag moves', async () => {
    for (let times = 0; times < 3; times += 1) await revert();
    stage.tag('app', { '1': image(3) });
    await stage.has('a', image(3));
  });

  it('is no other writer when he writes a blank, which asks for the image', async () => {
    for (let times = 0; times < 20; times += 1) await revert(' ');
    await stage.has('a', image(1));
    expect(stage.notes('TriggerConflict')).toEqual([]);
  });
});
