import { describe, expect, it } from '@jest/globals';
import { disownPatch, imagesPatch, inVersion, statusPatch, wholePatch } from '../../src/triggers/index.ts';
import { entry, text } from './fixtures.ts';
import { following, manager, planFor } from './following.ts';

const triggers = text(entry());
const workload = following(triggers, { web: 'old' });
const plan = planFor(workload, { 'shop/app:v1': 'q/app@K1' });
const at = (name: string) => `/metadata/annotations/${name}`;
const image = '/spec/template/spec/containers/0/image';

const tests = [
  { op: 'test', path: at('image.openshift.io~1triggers'), value: triggers },
  { op: 'test', path: at('imagestreams.io~1held'), value: null },
  { op: 'test', path: at('imagestreams.io~1trigger-status'), value: null },
  { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'web' },
  { op: 'test', path: image, value: 'old' },
];

describe('the patch of a plan', () => {
  it('asks by the status alone, as long as what was seen still stands', () => {
    expect(statusPatch(workload, plan)).toEqual([
      ...tests,
      { op: 'add', path: at('imagestreams.io~1trigger-status'), value: plan.status },
    ]);
  });

  it('tests the annotations that are there by their text', () => {
    const patch = statusPatch({ ...workload, held: 'h', status: 's' }, plan);
    expect(patch).toContainEqual({ op: 'test', path: at('imagestreams.io~1held'), value: 'h' });
    expect(patch).toContainEqual({ op: 'test', path: at('imagestreams.io~1trigger-status'), value: 's' });
  });

  it('takes away a status that has nothing to tell', () => {
    const patch = statusPatch({ ...workload, status: 's' }, { ...plan, status: undefined, images: [] });
    expect(patch.at(-1)).toEqual({ op: 'remove', path: at('imagestreams.io~1trigger-status') });
  });

  it('sets images under the same conditions', () => {
    expect(imagesPatch(workload, plan.images)).toEqual([
      ...tests,
      { op: 'add', path: image, value: 'q/app@K1' },
    ]);
  });

  it('does both at once where admission is known not to', () => {
    expect(wholePatch(workload, plan)).toEqual([
      ...statusPatch(workload, plan),
      { op: 'add', path: image, value: 'q/app@K1' },
    ]);
  });

  it('does not test an image that is absent', () => {
    const absent = following(triggers, { web: '' });
    const paths = statusPatch(absent, planFor(absent, { 'shop/app:v1': 'q/app@K1' })).map(({ path }) => path);
    expect(paths).not.toContain(image);
  });

  it('does not test the name of a container that has none', () => {
    const fieldPath = 'spec.template.spec.containers[0].image';
    const nameless = following(text(entry({ fieldPath })), { '': 'old' });
    const patch = statusPatch(nameless, planFor(nameless, { 'shop/app:v1': 'q/app@K1' }));
    expect(patch.map(({ path }) => path)).not.toContain('/spec/template/spec/containers/0/name');
    expect(patch).toContainEqual({ op: 'test', path: image, value: 'old' });
  });

  it('holds for one version where that is asked, and needs no other condition', () => {
    expect(inVersion(statusPatch(workload, plan), '7')).toEqual([
      { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
      { op: 'add', path: at('imagestreams.io~1trigger-status'), value: plan.status },
    ]);
  });

  it('takes out an entry of managed fields only if it is the right one', () => {
    expect(disownPatch(2, manager)).toEqual([
      { op: 'test', path: '/metadata/managedFields/2/manager', value: manager },
      { op: 'test', path: '/metadata/managedFields/2/operation', value: 'Update' },
      { op: 'remove', path: '/metadata/managedFields/2' },
    ]);
  });
});
