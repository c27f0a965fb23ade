import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fireAnnotation, planTriggers, triggeredWorkload, triggersOf } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import {
  admit,
  D1,
  D2,
  D3,
  deployments,
  imagesIn,
  shape,
  type Tags,
  withAnnotations,
} from './admission-stage.ts';

const followed = fc.constantFrom('app:v1', '-app:v1', 'app:v2', '-app:v2', 'app:nosuch', '-app:nosuch');
const container = fc.array(followed, { minLength: 1, maxLength: 3 });
const follow = fc.record({ web: container, side: container });
const gives = fc.constantFrom(D1, D2, undefined);
const tags = fc.record({ 'app:v1': gives, 'app:v2': gives });
const images = { web: D3, side: D3 };

/** The images that the controller would ask for; those that stand there where it asks for none. */
function planned(object: KubernetesObject, known: Tags): Readonly<Record<string, string>> {
  const workload = triggeredWorkload(deployments, object, 'imagestreams-controller')!;
  const plan = planTriggers({
    ...{ kind: deployments, namespace: 'shop', workload, time: '' },
    triggers: triggersOf(deployments, 'shop', workload).triggers,
    answer: ({ stream, tag }) => {
      const image = known[`${stream}:${tag}`];
      return image === undefined ? { kind: 'NoImage' } : { kind: 'Image', image };
    },
  });
  const written = plan.images.map(({ container: { name }, to }) => [name, to] as const);
  return { ...imagesIn(object), ...Object.fromEntries(written) };
}

describe('of several triggers on one container', () => {
  it('the same one counts for the controller and in admission', () => {
    fc.assert(
      fc.property(follow, tags, (triggers, known) => {
        const object = shape({ images, follow: triggers });
        expect(planned(object, known)).toEqual(imagesIn(admit(object, undefined, { tags: known }).object));
      }),
    );
  });

  it('the same one is fired by the controller and in admission', () => {
    fc.assert(
      fc.property(follow, tags, (triggers, known) => {
        const stored = shape({ images, follow: triggers });
        const fired = withAnnotations(stored, { [fireAnnotation]: '1' });
        expect(planned(fired, known)).toEqual(imagesIn(admit(fired, stored, { tags: known }).object));
      }),
    );
  });

  it('a paused one is not fired beside one that acts', () => {
    const object = shape({
      images,
      follow: { web: ['app:v1', '-app:v2'] },
      annotations: { [fireAnnotation]: '1' },
    });
    expect(planned(object, { 'app:v1': D1, 'app:v2': D2 })['web']).toBe(D1);
  });
});
