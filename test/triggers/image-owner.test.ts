import { describe, expect, it } from '@jest/globals';
import { imageOwnership, otherImageOwners } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { deployment } from './fixtures.ts';
import { manager } from './following.ts';

const owning = (container: string, field = 'f:image') => ({
  'f:spec': {
    'f:template': { 'f:spec': { 'f:containers': { [`k:{"name":"${container}"}`]: { [field]: {} } } } },
  },
});
/** As a custom resource has it whose schema does not tell containers apart by name. */
const atomic = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': {} } } } };
const annotations = { 'f:metadata': { 'f:annotations': { 'f:imagestreams.io/trigger-status': {} } } };

const managed = (...entries: readonly object[]): KubernetesObject =>
  ({ metadata: { name: 'a', managedFields: entries } }) as KubernetesObject;
const by = (name: string, fieldsV1: object, rest: object = {}) => ({
  ...{ manager: name, operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1 },
  ...rest,
});

describe('ownership of images', () => {
  it.each([
    ['nobody wrote anything', managed(), undefined],
    ['there are no managed fields', { metadata: { name: 'a' } } as KubernetesObject, undefined],
    ['the manager wrote annotations only', managed(by(manager, annotations)), undefined],
    ['others wrote images', managed(by('helm', owning('web'))), undefined],
    ['it was applied', managed(by(manager, owning('web'), { operation: 'Apply' })), undefined],
    [
      'the manager wrote an image',
      managed(by('helm', owning('web')), by(manager, annotations), by(manager, owning('web'))),
      2,
    ],
    [
      'the manager owns all containers, as there is no saying which',
      managed(by('helm', atomic), by(manager, atomic)),
      1,
    ],
    [
      'the manager wrote something else beside them',
      managed(by(manager, { 'f:spec': { 'f:template': { 'f:spec': { 'f:hostNetwork': {} } } } })),
      undefined,
    ],
    ['it is not readable', managed(by(manager, owning('web'), { fieldsV1: null })), undefined],
  ])('%s', (_, object, index) => {
    expect(imageOwnership(deployment, object, manager)).toBe(index);
  });

  it('tells the others that wrote the image of a container, the last first', () => {
    const object = managed(
      by('helm', owning('web'), { operation: 'Apply' }),
      by(manager, owning('web')),
      by('kubectl-set', owning('web'), { time: '2026-01-02T00:00:00Z' }),
      by('sidecars', owning('side'), { time: '2026-01-03T00:00:00Z' }),
      by('limits', owning('web', 'f:resources')),
    );
    const web = { list: 'containers', index: 0, name: 'web' } as const;
    expect(otherImageOwners(deployment, object, web, manager)).toEqual(['kubectl-set', 'helm']);
    expect(otherImageOwners(deployment, managed(), web, manager)).toEqual([]);
    const whole = managed(by('argocd', atomic, { operation: 'Apply' }), by(manager, atomic));
    expect(otherImageOwners(deployment, whole, web, manager)).toEqual(['argocd']);
  });
});
