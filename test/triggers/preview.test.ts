import { describe, expect, it } from '@jest/globals';
import { encodeHeld, previewTriggers } from '../../src/triggers/index.ts';
import { deployment, entry, kindOf, named, text } from './fixtures.ts';
import { answerFrom, following, time } from './following.ts';

const held = {
  'imagestreams.io/held':
    encodeHeld(new Map([['web', { image: 'mine', since: time, reason: 'SetExplicitly', by: 'ada' }]])) ?? '',
};
const triggers = text(entry());
const paused = text(entry({ paused: true }), entry({ fieldPath: named('side') }));
const follower = (name: string, workload: ReturnType<typeof following>, kind = deployment) => ({
  ...{ kind, namespace: 'shop', name, workload },
});
const job = kindOf('jobs');

describe('a preview', () => {
  it('names what would move, and what would stay and why', () => {
    const followers = [
      follower('moves', following(triggers, { web: 'K1' })),
      follower('has-it', following(triggers, { web: 'K2' })),
      follower('held', following(triggers, { web: 'mine' }, held)),
      follower('both', following(paused, { web: 'K1', side: 'K1' })),
      follower('once', following(triggers, { web: 'K1' }, {}, { kind: job }), job),
    ];
    const previewed = previewTriggers(followers, answerFrom({ 'shop/app:v1': 'K2' }));
    expect(
      previewed.map(({ name, container, from, to, effect }) => [name, container, from, to, effect]),
    ).toEqual([
      ['moves', 'web', 'K1', 'K2', 'Moves'],
      ['held', 'web', 'mine', 'K2', 'Held'],
      ['both', 'side', 'K1', 'K2', 'Moves'],
      ['both', 'web', 'K1', 'K2', 'Paused'],
      ['once', 'web', 'K1', 'K2', 'Immutable'],
    ]);
    expect(previewed[0]).toMatchObject({ kind: 'Deployment', namespace: 'shop', tag: 'app:v1' });
  });
});
