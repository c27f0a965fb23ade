import { describe, expect, it } from '@jest/globals';
import { encodeHeld, previewTriggers, type Trigger, triggersOf } from '../../src/triggers/index.ts';
import { deployment, entry, kindOf, named, text } from './fixtures.ts';
import { answerFrom, following, type Tags, time } from './following.ts';

const held = {
  'imagestreams.io/held':
    encodeHeld(new Map([['web', { image: 'mine', since: time, reason: 'SetExplicitly', by: 'ada' }]])) ?? '',
};
const onTag = (name: string, rest: object = {}) => entry({ from: { kind: 'ImageStreamTag', name, ...rest } });
const triggers = text(entry());
const paused = text(entry({ paused: true }), entry({ fieldPath: named('side') }));
const isFollowed = ({ stream, tag }: Trigger) => stream === 'app' && tag === 'v1';

function previewed(workload: ReturnType<typeof following>, tags: Tags, kind = deployment) {
  const follower = {
    kind,
    namespace: 'shop',
    name: 'web',
    workload,
    triggers: triggersOf(kind, 'shop', workload).triggers,
  };
  return previewTriggers(follower, answerFrom(tags), isFollowed).map(({ container, from, outcome }) => {
    const what = { Moves: 'effect', Rests: 'resting', NotAllowed: 'message', Unknown: 'message' } as const;
    const detail = (outcome as unknown as Readonly<Record<string, unknown>>)[what[outcome.kind]];
    const why = typeof detail === 'object' ? (detail as { readonly reason: string }).reason : detail;
    return [container.name, from, outcome.kind, why];
  });
}

const moved = { 'shop/app:v1': 'K2' };

describe('a preview', () => {
  it.each([
    ['Deployment', 'deployments', 'RollsOut'],
    ['CronJob', 'cronjobs', 'TemplateChanges'],
    ['ReplicaSet', 'replicasets', 'TemplateChanges'],
    ['Pod', 'pods', 'Restarts'],
  ] as const)('tells what becomes of a %s that has another image', (_, resource, effect) => {
    const kind = kindOf(resource);
    const path = `${kind.podSpecPath.join('.')}.containers[?(@.name=="web")].image`;
    const workload = following(text(entry({ fieldPath: path })), { web: 'K1' }, {}, { kind });
    expect(previewed(workload, moved, kind)).toEqual([['web', 'K1', 'Moves', effect]]);
  });

  it('leaves out what has the image already', () => {
    expect(previewed(following(triggers, { web: 'K2' }), moved)).toEqual([]);
  });

  it('tells what stays, and why', () => {
    expect(previewed(following(triggers, { web: 'mine' }, held), moved)).toEqual([
      ['web', 'mine', 'Rests', 'Held'],
    ]);
    expect(previewed(following(paused, { web: 'K1', side: 'K1' }), moved)).toEqual([
      ['side', 'K1', 'Moves', 'RollsOut'],
      ['web', 'K1', 'Rests', 'Paused'],
    ]);
    const kind = kindOf('jobs');
    expect(previewed(following(triggers, { web: 'K1' }, {}, { kind }), moved, kind)).toEqual([
      ['web', 'K1', 'Rests', 'Immutable'],
    ]);
    const anew = { 'imagestreams.io/on-change': 'recreate-running' };
    expect(previewed(following(triggers, { web: 'K1' }, anew, { kind }), moved, kind)).toEqual([
      ['web', 'K1', 'Moves', 'Recreates'],
    ]);
  });

  it('tells what may not be pulled, and how to mend it', () => {
    const workload = following(text(onTag('app:v1', { namespace: 'base' })), { web: 'K1' });
    expect(previewed(workload, { 'base/app:v1': 'NotAllowed' })).toEqual([
      ['web', 'K1', 'NotAllowed', expect.stringContaining('kubectl create rolebinding')],
    ]);
    expect(previewed(workload, { 'base/app:v1': 'Unknown' })).toEqual([
      ['web', 'K1', 'Unknown', expect.stringContaining('could not be asked')],
    ]);
  });

  it('tells nothing of other tags, though they are about to give another image', () => {
    const other = onTag('db:1', {});
    const both = text(onTag('app:v1'), { ...other, fieldPath: named('side') });
    const tags = { ...moved, 'shop/db:1': 'D2' };
    expect(previewed(following(both, { web: 'K1', side: 'D1' }), tags)).toEqual([
      ['web', 'K1', 'Moves', 'RollsOut'],
    ]);
    const last = text(onTag('app:v1'), {
      ...other,
      fieldPath: 'spec.template.spec.containers[0].image',
    });
    expect(previewed(following(last, { web: 'K1' }), tags)).toEqual([]);
  });
});
