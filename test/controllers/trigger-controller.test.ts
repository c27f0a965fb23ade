import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../cluster-client/eventually.ts';
import { deploymentPath, follow, image, namespace, TriggerStage } from './trigger-stage.ts';

let stage: TriggerStage;

beforeEach(async () => {
  stage = new TriggerStage();
  stage.withWebhook();
  await stage.start();
});
afterEach(() => stage.stop());

/** Requests so far are not looked at. */
const fresh = () => {
  const count = stage.server.requests.length;
  return () => stage.server.requests.slice(count);
};

describe('a tag that moves', () => {
  it('gives its image to its followers, each by one request, and costs nobody else anything', async () => {
    stage.tag('app', { '1': image(1), '2': image(1) });
    stage.tag('other', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    stage.deploy('b', { web: image(1) }, [follow('app:1')]);
    stage.deploy('other-tag', { web: image(1) }, [follow('app:2')]);
    stage.deploy('other-stream', { web: image(1) }, [follow('other:1')]);
    await stage.lead();
    await stage.quiet();
    const requests = fresh();
    stage.tag('app', { '1': image(2), '2': image(1) });
    await stage.has('a', image(2));
    await stage.has('b', image(2));
    expect([...requests()].sort()).toEqual(['PATCH shop/deployments/a', 'PATCH shop/deployments/b']);
    expect(stage.server.get('/apis/apps/v1/namespaces/shop/deployments/a').metadata.generation).toBe(2);
  });

  it('changes the status alone, so that the image stays with who applied it', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')]);
    await stage.lead();
    await stage.has('a', image(1));
    const { body, url } = stage.server.http.requests.findLast(({ method }) => method === 'PATCH')!;
    const changing = (JSON.parse(body) as { op: string; path: string }[]).filter(({ op }) => op !== 'test');
    expect(changing).toMatchObject([
      { op: 'add', path: '/metadata/annotations/imagestreams.io~1trigger-status' },
    ]);
    expect(url.search).toBe('?fieldManager=imagestreams-controller');
    expect(stage.status('a')).toEqual({
      containers: { web: { tag: 'app:1', image: image(1), at: '2026-01-01T00:00:00.000Z' } },
    });
  });

  it('tells it on the workload', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    stage.tag('app', { '1': image(2) });
    await stage.has('a', image(2));
    const { regarding } = await stage.told('ImageUpdated', '"web"', '"app:1"', image(1), image(2));
    expect(regarding).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'a' });
    expect(regarding.uid).toMatch(/^uid-a-/);
  });

  it('is counted, and the time that it took', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    stage.job('j', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    expect(await stage.metric('workloads', 'Deployment')).toBe(1);
    expect(await stage.metric('workloads', 'Job')).toBe(1);
    expect(await stage.metric('followed_tags')).toBe(1);
    const labels = [`namespace="${namespace}"`, 'imagestream="app"', 'tag="1"'];
    expect(await stage.metric('tag_followers', ...labels)).toBe(2);
    stage.tag('app', { '1': image(2) });
    await stage.has('a', image(2));
    expect(await stage.metric('writes_total', 'Deployment', 'Admission')).toBe(1);
    expect(await stage.metric('delay_seconds_count')).toBe(1);
  });

  it('moves on and back while workloads are still written, and they end where it ended', async () => {
    stage.tag('app', { '1': image(1) });
    const names = Array.from({ length: 60 }, (_, index) => `w${index}`);
    for (const name of names) stage.deploy(name, { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    for (const n of [2, 3, 1, 4, 2]) {
      stage.tag('app', { '1': image(n) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const name of names) await eventually(() => stage.images(name)['web'] === image(2));
    await stage.quiet();
    expect(names.filter((name) => stage.images(name)['web'] !== image(2))).toEqual([]);
  });
});

describe('a new leader', () => {
  it('finds what it missed, and writes nothing that is right already', async () => {
    stage.tag('app', { '1': image(1) });
    for (const name of ['a', 'b']) stage.deploy(name, { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    await stage.endLead();
    stage.tag('app', { '1': image(2) });
    stage.setImage('b', 'web', image(2));
    const requests = fresh();
    await stage.lead();
    await stage.has('a', image(2));
    expect(requests()).toEqual(['PATCH shop/deployments/a']);
  });
});

describe('a lead that ends in the middle of a move', () => {
  it('leaves no workload behind, and changes no image twice', async () => {
    stage.tag('app', { '1': image(1) });
    const names = Array.from({ length: 300 }, (_, index) => `w${index}`);
    for (const name of names) stage.deploy(name, { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    stage.tag('app', { '1': image(2) });
    const moved = () => names.filter((name) => stage.images(name)['web'] === image(2)).length;
    for (const share of [40, 80, 120]) {
      await eventually(() => moved() >= share);
      await stage.endLead();
      expect(moved()).toBeLessThan(names.length);
      await stage.lead();
    }
    await eventually(() => moved() === names.length);
    await stage.quiet();
    const generations = names.map((name) => stage.server.get(deploymentPath(name)).metadata.generation);
    expect(new Set(generations)).toEqual(new Set([2]));
  });
});

describe('a workload', () => {
  it('is looked at when it comes, and when its triggers change', async () => {
    stage.tag('app', { '1': image(1), '2': image(2) });
    await stage.lead();
    stage.deploy('a', { web: ' ' }, [follow('app:1')]);
    await stage.has('a', image(1));
    stage.annotate('a', { 'image.openshift.io/triggers': JSON.stringify([follow('app:2')]) });
    await stage.has('a', image(2));
    stage.tag('app', { '1': image(3), '2': image(2) });
    await stage.quiet();
    expect(stage.images('a')['web']).toBe(image(2));
  });

  it('waits for a tag that has no image yet, and says so once', async () => {
    stage.deploy('a', { web: 'old', side: 'old' }, [follow('app:1'), follow('side:1', 'side')]);
    stage.tag('side', { '1': image(1, 'side') });
    await stage.lead();
    await stage.has('a', image(1, 'side'), 'side');
    await stage.told('TriggerSkipped', '"web"', '"app:1" has no image');
    expect(stage.images('a')['web']).toBe('old');
    stage.tag('app', { '1': image(1) });
    await stage.has('a', image(1));
    expect(stage.notes('TriggerSkipped')).toHaveLength(1);
  });

  it('keeps the good entries of its annotation when others are bad, and is told what is wrong', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1'), follow('app:1', 'wbe'), { from: 5 }]);
    await stage.lead();
    await stage.has('a', image(1));
    await stage.told('TriggerFailed', '[1].fieldPath selects container "wbe"');
    await stage.told('TriggerFailed', '[2].from');
  });

  it('revives as soon as its annotation is corrected', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, '[{"from":{"kind":"ImageStreamTag"');
    await stage.lead();
    await stage.told('TriggerFailed', 'is not JSON');
    stage.annotate('a', { 'image.openshift.io/triggers': JSON.stringify([follow('app:1')]) });
    await stage.has('a', image(1));
  });

  it.each([
    ['is kept by another controller', { ownerReferences: [{ controller: true }] }],
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ])('that %s is left alone', async (_, metadata) => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: 'old' }, [follow('app:1')], { metadata });
    await stage.lead();
    await stage.quiet();
    expect(stage.server.requests).toEqual([]);
  });

  it('that is gone is forgotten', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('a', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    stage.server.remove('/apis/apps/v1/namespaces/shop/deployments/a');
    stage.tag('app', { '1': image(2) });
    await stage.quiet();
    expect(stage.server.requests).toEqual([]);
    expect(await stage.metric('followed_tags')).toBe(0);
  });
});

describe('triggers that rest', () => {
  const held = JSON.stringify({
    web: { image: 'mine', since: '2026-01-01T00:00:00Z', reason: 'SetExplicitly', by: 'ada' },
  });

  it('do not act, and say so when their tag moves', async () => {
    stage.tag('app', { '1': image(1) });
    stage.deploy('paused', { web: image(1) }, [follow('app:1', 'web', { paused: true })]);
    stage.deploy('held', { web: 'mine' }, [follow('app:1')], {
      annotations: { 'imagestreams.io/held': held },
    });
    stage.job('job', { web: image(1) }, [follow('app:1')]);
    await stage.lead();
    await stage.quiet();
    expect(stage.events).toEqual([]);
    stage.tag('app', { '1': image(2) });
    await stage.told('TriggerSkipped', 'trigger is paused', 'imagestreams.io/fire', image(2));
    await stage.told('TriggerHeld', 'when ada set mine', 'imagestreams.io/release', image(2));
    await stage.told('TriggerSkipped', 'its template cannot be changed', image(2));
    await stage.quiet();
    expect(stage.server.requests).toEqual([]);
  });

  it('catch up when they are let go', async () => {
    stage.tag('app', { '1': image(2) });
    stage.deploy('paused', { web: image(1) }, [follow('app:1', 'web', { paused: true })]);
    stage.deploy('held', { web: 'mine' }, [follow('app:1')], {
      annotations: { 'imagestreams.io/held': held },
    });
    await stage.lead();
    await stage.quiet();
    stage.annotate('paused', { 'image.openshift.io/triggers': JSON.stringify([follow('app:1')]) });
    stage.annotate('held', { 'imagestreams.io/held': undefined });
    await stage.has('paused', image(2));
    await stage.has('held', image(2));
  });

  it('act once when they are fired', async () => {
    stage.tag('app', { '1': image(2) });
    stage.deploy('a', { web: image(1) }, [follow('app:1', 'web', { paused: true })]);
    await stage.lead();
    await stage.quiet();
    stage.annotate('a', { 'imagestreams.io/fire': 'now' });
    await stage.has('a', image(2));
    stage.tag('app', { '1': image(3) });
    await stage.told('TriggerSkipped', image(3));
    expect(stage.images('a')['web']).toBe(image(2));
    expect(stage.status('a')).toMatchObject({ fired: 'now' });
  });
});

describe('a tag of another namespace', () => {
  it('is followed while the account of the workload may pull there', async () => {
    const allowed = new Set<string>();
    stage.server.allows = (user, of, name) => allowed.has(`${user} ${of}/${name}`);
    stage.tag('jre', { '21': image(1, 'jre') }, 'base');
    const from = { namespace: 'base' };
    const parts = { serviceAccountName: 'runner' };
    stage.deploy('a', { web: 'old' }, [follow('jre:21', 'web', { from })], parts);
    await stage.lead();
    await stage.told('TriggerFailed', 'kubectl create rolebinding', '--serviceaccount=shop:runner');
    await stage.quiet();
    expect(stage.images('a')['web']).toBe('old');
    expect(stage.status('a')).toMatchObject({ containers: { web: { image: '', tag: 'base/jre:21' } } });
    allowed.add('system:serviceaccount:shop:runner base/jre');
    stage.clock.advance(60_000);
    await stage.has('a', image(1, 'jre'));
    expect(stage.notes('TriggerFailed')).toHaveLength(1);
  });

  it('is not told apart from one that does not exist', async () => {
    stage.server.allows = () => false;
    stage.tag('jre', { '21': image(1, 'jre') }, 'base');
    for (const name of ['jre', 'none']) {
      stage.deploy(name, { web: 'old' }, [follow(`${name}:21`, 'web', { from: { namespace: 'base' } })]);
    }
    await stage.lead();
    await eventually(() => stage.notes('TriggerFailed').length === 2);
    const [one, other] = stage.notes('TriggerFailed');
    expect(one).toBe(other);
  });
});
