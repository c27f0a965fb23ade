import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
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
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('webhook' as const), acts: fc.boolean() }),
);

/** As the controller of OpenShift is tested (triggers.md §6.2), with restarts and an admission that comes and goes. */
it('whatever happens, every workload ends with the image of its tag', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const tags: Record<string, string> = { '1': image(1), '2': image(2), '3': image(3) };
        const followed = new Map(names.map((each) => [each, { tag: '1', paused: false }]));
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
              stage.setImage(each.name, 'web', ' ');
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
              await stage.endLead();
              await stage.lead();
              break;
            case 'webhook':
              if (each.acts) stage.withWebhook();
              else stage.server.admit = (sent) => sent;
          }
        }
        const active = names.filter((each) => followed.get(each)?.paused === false);
        const wanted = active.map((each) => tags[followed.get(each)!.tag]);
        await eventually(
          () => JSON.stringify(active.map((each) => stage.images(each)['web'])) === JSON.stringify(wanted),
        );
        await stage.quiet();
        expect(active.map((each) => stage.images(each)['web'])).toEqual(wanted);
        expect(stage.events.filter(({ type }) => type === 'Warning')).toEqual([]);
      })
      .afterEach(() => stage.endLead()),
    { numRuns: 40 },
  );
}, 60_000);
