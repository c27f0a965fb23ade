import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fireAnnotation, heldAnnotation, triggersAnnotation } from '../../src/triggers/index.ts';
import { FollowedStream, follows, type TriggerParts } from './followed-stream.ts';
import { waitFor } from './index.ts';
import { userStream } from './stream-manifests.ts';

jest.setTimeout(120_000);

const stage = new FollowedStream();
beforeAll(() => stage.start('pains'));
afterAll(() => stage.close());

const manifest: FollowedStream['manifest'] = (...parts) => stage.manifest(...parts);
const following = (name: string, ...triggers: readonly TriggerParts[]) =>
  manifest(name, { annotations: follows('Deployment', ...triggers) });
const apply = ['apply', '-f', '-'];
const rolledOut = (object: string) => stage.seen.kubectl(['rollout', 'status', object, '--timeout=60s']);
const operators = 'quay.io/operator/app:1';

describe('known pain (triggers.md §7)', () => {
  it('1: GitOps apply fights the trigger: an image in git against a digest in the cluster, two rollouts a sync', async () => {
    const { seen, text, k1, k2 } = stage;
    await seen.move('20.0.2');
    await seen.kubectl(apply, manifest('gitops'));
    expect(await seen.image('gitops')).toBe(k1);
    await seen.move('20.0.3');
    await seen.runs('gitops', k2);
    const { spec } = await seen.live('gitops');
    for (const image of [text, ' ', ' ', 'keycloak:20']) {
      await seen.kubectl(apply, manifest('gitops', { image }));
      expect((await seen.kubectl(['diff', '-f', '-'], manifest('gitops', { image }))).stdout).toBe('');
    }
    // what kubectl remembers raises the generation
    expect((await seen.live('gitops')).spec).toEqual(spec);
  });

  it('2: a parent controller that re-asserts its template fights the trigger', async () => {
    const { seen, text } = stage;
    await seen.move('20.0.2');
    await seen.kubectl(['create', 'configmap', 'parent']);
    const { stdout: uid } = await seen.kubectl([
      'get',
      'configmap',
      'parent',
      '-o',
      'jsonpath={.metadata.uid}',
    ]);
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'parent', uid, controller: true };
    const owned = manifest('owned');
    await seen.kubectl(apply, { ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } });
    await seen.kubectl(apply, manifest('operated'));
    const template = { spec: { containers: [{ name: 'keycloak', image: operators }] } };
    const patch = JSON.stringify({ spec: { template } });
    const insist = () =>
      seen.kubectl(['patch', 'deployment', 'operated', '--field-manager=operator', '-p', patch]);
    await insist();
    const before = await seen.generation('operated');
    await seen.move('20.0.3');
    for (let times = 0; times < 4; times += 1) await insist();
    expect([await seen.image('operated'), await seen.generation('operated')]).toEqual([operators, before]);
    expect(await seen.image('owned')).toBe(text);
  });

  it('2: where no webhook looks, a parent that insists is given way, and named', async () => {
    const { unseen, k1 } = stage;
    await unseen.kubectl(apply, manifest('insisting'));
    const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: operators }];
    const options = { type: 'application/json-patch+json', query: { fieldManager: 'operator' } } as const;
    for (let times = 0; times < 3; times += 1) {
      await unseen.runs('insisting', k1);
      await unseen.client.patch(unseen.path('insisting'), patch, options);
    }
    expect(await unseen.event('insisting', 'TriggerConflict')).toContain('field manager "operator"');
    expect(await unseen.image('insisting')).toBe(operators);
  });

  it('3: no feedback on a malformed annotation, a wrong container, a missing tag or a bad namespace', async () => {
    const { seen } = stage;
    const refused = async (object: object) => (await seen.project.refused(apply, object)).stderr;
    const malformed = manifest('silent', { annotations: { [triggersAnnotation]: '[{"from":' } });
    expect(await refused(malformed)).toContain('is not JSON');
    expect(await refused(following('silent', { container: 'keyclaok' }))).toContain(
      'did you mean "keycloak"?',
    );
    const from = { kind: 'ImageStreamTag', name: 'keycloak:20', namespace: 'nowhere' };
    const { stderr } = await seen.kubectl(
      apply,
      following('silent', { tag: '21' }),
      following('far', { from }),
    );
    expect(stderr).toContain('"21"');
    expect(stderr).toContain('kubectl create rolebinding');
    expect(await seen.event('silent', 'TriggerSkipped')).toContain('"keycloak:21" has no image yet');
    expect(await seen.event('far', 'TriggerFailed')).toContain('kubectl create rolebinding');
  });

  it('4: "paused" as a string or "pause" kills or is lost, and correcting the annotation does not revive it', async () => {
    const { seen, unseen, text, k1 } = stage;
    await seen.move('20.0.2');
    const asString = await seen.kubectl(apply, following('paused', { paused: 'true' }));
    expect(asString.stderr).toContain('the string "true"; it is honoured here');
    expect(await seen.image('paused')).toBe(text);
    const wrongKey = await seen.kubectl(apply, following('paused', { pause: 'true' }));
    expect(wrongKey.stderr).toContain('pause is ignored');
    expect(await seen.image('paused')).toBe(k1);
    // as it may stand in a cluster that had no webhook
    await unseen.kubectl(apply, manifest('broken', { annotations: { [triggersAnnotation]: '[{"from":' } }));
    expect(await unseen.event('broken', 'TriggerFailed')).toContain('is not JSON');
    await unseen.kubectl(apply, manifest('broken'));
    await unseen.runs('broken', k1);
  });

  it('5: a rollback is reverted at once, or brings an old annotation back', async () => {
    const { seen, k1, k2 } = stage;
    await seen.kubectl(apply, following('rollback', { tag: '19' }));
    await rolledOut('deployment/rollback');
    await seen.move('20.0.3');
    await seen.kubectl(apply, manifest('rollback'));
    expect(await seen.image('rollback')).toBe(k2);
    await rolledOut('deployment/rollback');
    const { stderr } = await seen.kubectl(['rollout', 'undo', 'deployment/rollback']);
    expect(stderr).toContain('"keycloak:19" came back with an earlier state of the object, so it is held');
    await seen.move('20.0.2');
    await seen.move('20.0.3');
    const { metadata } = await seen.live('rollback');
    expect(metadata.annotations?.[heldAnnotation]).toContain('SetExplicitly');
    expect(await seen.image('rollback')).toBe(k1);
  });

  it('6: a paused trigger cannot be fired once', async () => {
    const { unseen, k1 } = stage;
    await unseen.move('20.0.2');
    await unseen.kubectl(apply, following('fired', { paused: true }));
    await unseen.kubectl(['annotate', 'deployment/fired', `${fireAnnotation}=1`]);
    await unseen.runs('fired', k1);
    await unseen.move('20.0.3');
    expect(await unseen.event('fired', 'TriggerSkipped')).toContain('its trigger is paused');
    expect(await unseen.image('fired')).toBe(k1);
  });

  it('7: setting a trigger twice fails, and a container cannot be moved to another tag', async () => {
    const { seen, k1, k2 } = stage;
    await seen.move('20.0.3');
    await seen.kubectl(apply, manifest('switched'));
    const set = (tag: string) => {
      const { [triggersAnnotation]: value } = follows('Deployment', { tag });
      return seen.kubectl([
        'annotate',
        '--overwrite',
        'deployment/switched',
        `${triggersAnnotation}=${value}`,
      ]);
    };
    await set('20');
    await set('20');
    expect(await seen.image('switched')).toBe(k2);
    await set('19');
    expect(await seen.image('switched')).toBe(k1);
  });

  it('8: a manual or removed trigger pauses the whole Deployment', async () => {
    const { seen } = stage;
    await seen.kubectl(apply, manifest('manual'));
    await seen.kubectl(apply, following('manual', { paused: true }));
    await seen.kubectl(['rollout', 'restart', 'deployment/manual']);
    await rolledOut('deployment/manual');
    await seen.kubectl(['rollout', 'undo', 'deployment/manual']);
    await seen.kubectl(['annotate', 'deployment/manual', `${triggersAnnotation}-`]);
    await seen.kubectl(['rollout', 'restart', 'deployment/manual']);
    expect((await seen.live('manual')).spec).not.toHaveProperty('paused');
  });

  it('9: one bad entry blocks the good ones, and a renamed container all', async () => {
    const { seen, unseen, k1, k2 } = stage;
    await unseen.move('20.0.2');
    await unseen.kubectl(
      apply,
      following('coupled', { container: 'gone' }, {}, { tag: 'a:b', container: 'x' }),
    );
    await unseen.runs('coupled', k1);
    expect(await unseen.event('coupled', 'TriggerFailed')).toContain('selects container "gone"');
    await unseen.move('20.0.3');
    await unseen.runs('coupled', k2);
    await seen.kubectl(apply, manifest('renamed'));
    const rename = [{ op: 'replace', path: '/spec/template/spec/containers/0/name', value: 'kc' }];
    const patch = ['patch', 'deployment', 'renamed', '--type=json', '-p', JSON.stringify(rename)];
    expect((await seen.project.refused(patch)).stderr).toContain(
      'selects container "keycloak", but the Deployment has the container "kc"',
    );
  });

  it('10: Pods, Jobs and ReplicationControllers are ignored, and any namespace’s tags can be read out', async () => {
    const { seen, unseen, text, k1, k2 } = stage;
    await seen.move('20.0.2');
    const fieldPath = 'spec.containers[0].image';
    const pod = manifest('ten', { annotations: follows('Pod', { fieldPath }) }, 'Pod');
    const others = ['Job', 'ReplicationController'].map((kind) =>
      manifest('ten', { annotations: follows(kind, {}) }, kind),
    );
    await seen.kubectl(apply, pod, ...others);
    for (const kind of ['Pod', 'Job', 'ReplicationController'])
      expect(await seen.image('ten', kind)).toBe(k1);
    await seen.move('20.0.3');
    for (const kind of ['Pod', 'ReplicationController']) await seen.runs('ten', k2, kind);
    expect(await seen.event('ten', 'TriggerSkipped')).toContain('its template cannot be changed');
    const from = { kind: 'ImageStreamTag', name: 'keycloak:20', namespace: seen.project.namespace };
    await unseen.kubectl(apply, following('spy', { from }));
    expect(await unseen.event('spy', 'TriggerFailed')).not.toContain('sha256');
    expect(await unseen.image('spy')).toBe(text);
  });

  it('11: running Jobs of a CronJob, and pods under OnDelete, stay as they are, which surprises', async () => {
    const { seen, k1, k2 } = stage;
    await seen.move('20.0.2');
    const updateStrategy = { type: 'OnDelete' };
    for (const kind of ['StatefulSet', 'DaemonSet']) {
      const object = manifest('ondelete', { annotations: follows(kind, {}) }, kind);
      await seen.kubectl(apply, { ...object, spec: { ...object.spec, updateStrategy } });
    }
    await seen.kubectl(apply, manifest('nightly', { annotations: follows('CronJob', {}) }, 'CronJob'));
    await seen.kubectl(['create', 'job', '--from=cronjob/nightly', 'nightly-now']);
    await waitFor('the pod of the StatefulSet', () => seen.image('ondelete-0', 'Pod'));
    await seen.move('20.0.3');
    for (const kind of ['StatefulSet', 'DaemonSet']) await seen.runs('ondelete', k2, kind);
    await seen.runs('nightly', k2, 'CronJob');
    expect(await seen.image('ondelete-0', 'Pod')).toBe(k1);
    expect(await seen.image('nightly-now', 'Job')).toBe(k1);
    await seen.kubectl(['delete', 'pod', 'ondelete-0']);
    await seen.runs('ondelete-0', k2, 'Pod');
  });

  it('12: another reference policy alone rolls out', async () => {
    const { seen, k2 } = stage;
    await seen.kubectl(apply, manifest('policy'));
    const before = await seen.generation('policy');
    await seen.project.patchTag('keycloak', '20', '/referencePolicy', { type: 'Local' });
    await seen.kubectl(apply, manifest('marker'));
    await seen.runs('marker', k2);
    expect([await seen.image('policy'), await seen.generation('policy')]).toEqual([k2, before]);
  });

  it('13: any change of a stream works on all dependents, whichever tag they follow', async () => {
    const { seen, k1, k2 } = stage;
    await seen.move('20.0.2');
    await seen.kubectl(apply, following('bystander', { tag: '19' }), manifest('follower'));
    const before = await seen.generation('bystander');
    await seen.move('20.0.3');
    await seen.runs('follower', k2);
    expect([await seen.image('bystander'), await seen.generation('bystander')]).toEqual([k1, before]);
  });
});

describe('OpenShift’s own test of an annotation (triggers.md §6.4)', () => {
  const from = { kind: 'ImageStreamTag', name: 'later:1' };
  const parts = { image: ' ', annotations: follows('Deployment', { from }) };

  it('a Deployment that came before its stream has the image, and again after 50 blanks in a row', async () => {
    const { text, k1 } = stage;
    for (const where of [stage.seen, stage.unseen]) {
      await where.kubectl(apply, manifest('early', parts));
      expect(await where.image('early')).toBe(' ');
      await where.kubectl(apply, userStream('later', { '1': text }));
      await where.runs('early', k1);
      const blank = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: ' ' }];
      for (let times = 0; times < 50; times += 1) {
        await where.client.patch(where.path('early'), blank, { type: 'application/json-patch+json' });
      }
      await where.runs('early', k1);
    }
  });

  it('kubectl reads the canonical path, too', async () => {
    const [text = '[]'] = Object.values(parts.annotations);
    const [{ fieldPath }] = JSON.parse(text) as [{ readonly fieldPath: string }];
    const args = ['get', 'deployment', 'early', '-o', `jsonpath={.${fieldPath}}`];
    expect((await stage.seen.kubectl(args)).stdout).toBe(stage.k1);
  });
});

it('none of the writes was refused', async () => {
  expect(await stage.controller.metric('imagestreams_trigger_writes_total', /Failed|Refused/)).toBe(0);
});
