import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeHeld, fireAnnotation, heldAnnotation } from '../../src/triggers/index.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { follow, image, TriggerStage } from './trigger-stage.ts';

let stage: TriggerStage;

beforeEach(async () => {
  stage = new TriggerStage();
  await stage.start();
});
afterEach(() => stage.stop());

const names = Array.from({ length: 12 }, (_, index) => `w${index}`);
const name = fc.constantFrom(...names);
const tag = fc.constantFrom('1', '2', '3');

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('move' as const), tag, to: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('blank' as const), name }) },
  fc.record({ do: fc.constant('late' as const), turns: fc.nat(30) }),
  fc.record({ do: fc.constant('follow' as const), name, tag, paused: fc.boolean() }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rest' as const), turns: fc.nat(20) }) },
  fc.record({ do: fc.constantFrom('restart' as const, 'freeze' as const, 'thaw' as const, 'drop' as const) }),
  fc.record({ do: fc.constantFrom('hold' as const, 'release' as const, 'fire' as const), name }),
  fc.record({ do: fc.constant('webhook' as const), acts: fc.boolean() }),
);

const hold = encodeHeld(
  new Map([['web', { image: 'mine', since: '2026-01-01T00:00:00Z', reason: 'SetExplicitly', by: 'ada' }]]),
)!;
let fires = 0;

/** As the controller of OpenShift is tested (triggers.md §6.2), with restarts, watches that stand still or break off, holds, and an admission that comes and goes. */
it('whatever happens, every workload ends with the image of its tag', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const tags: Record<string, string> = { '1': image(1), '2': image(2), '3': image(3) };
        const followed = new Map(names.map((each) => [each, { tag: '1', paused: false }]));
        const held = new Set<string>();
        /** Once fired it may have the tag's image, whenever that is seen. */
        const fired = new Set<string>();
        /** A list again is free of a wait once. */
        let mayDrop = true;
        stage.tag('app', tags);
        for (const each of names) stage.deploy(each, { web: ' ' }, [follow('app:1')]);
        stage.events.length = 0;
        stage.server.lateBy = 0;
        await stage.lead();
        for (const each of steps) {
          switch (each.do) {
            case 'move':
              tags[each.tag] = image(each.to);
              stage.tag('app', tags);
              break;
            case 'blank':
              if (!held.has(each.name)) stage.setImage(each.name, 'web', ' ');
              break;
            case 'hold':
              held.add(each.name);
              stage.setImage(each.name, 'web', 'mine', { [heldAnnotation]: hold });
              break;
            case 'release':
              held.delete(each.name);
              stage.annotate(each.name, { [heldAnnotation]: undefined });
              break;
            case 'fire': {
              fired.add(each.name);
              fires += 1;
              stage.annotate(each.name, { [fireAnnotation]: `${fires}` });
              break;
            }
            case 'freeze':
              stage.server.freeze();
              break;
            case 'thaw':
              stage.server.thaw();
              break;
            case 'drop':
              if (mayDrop) stage.server.dropWatches();
              mayDrop = false;
              break;
            case 'late':
              stage.server.lateBy = each.turns;
              break;
            case 'follow': {
              followed.set(each.name, each);
              const triggers = JSON.stringify([follow(`app:${each.tag}`, 'web', { paused: each.paused })]);
              stage.annotate(each.name, { 'image.openshift.io/triggers': triggers });
              break;
            }
            case 'rest':
              for (let turn = 0; turn < each.turns; turn += 1) {
                await new Promise((resolve) => setImmediate(resolve));
              }
              break;
            case 'restart':
              stage.server.thaw();
              mayDrop = true;
              await stage.endLead();
              await stage.lead();
              break;
            case 'webhook':
              if (each.acts) stage.withWebhook();
              else stage.server.admit = (sent) => sent;
          }
        }
        stage.server.thaw();
        const active = names.filter((each) => followed.get(each)?.paused === false && !held.has(each));
        const wanted = active.map((each) => tags[followed.get(each)!.tag]);
        await eventually(
          () => JSON.stringify(active.map((each) => stage.images(each)['web'])) === JSON.stringify(wanted),
        );
        await stage.quiet();
        expect(active.map((each) => stage.images(each)['web'])).toEqual(wanted);
        const resting = [...held].filter((each) => !fired.has(each));
        expect(resting.map((each) => stage.images(each)['web'])).toEqual(resting.map(() => 'mine'));
        expect(stage.events.filter(({ type }) => type === 'Warning')).toEqual([]);
      })
      .afterEach(() => stage.endLead()),
    { numRuns: 40 },
  );
}, 60_000);
