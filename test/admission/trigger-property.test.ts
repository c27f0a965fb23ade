import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AdmissionRequest, mutate } from '../../src/admission/index.ts';
import {
  fieldPathOf,
  heldAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import { type KubernetesObject, resolveNamesAnnotation } from '../../src/workloads/index.ts';
import { applied, requestFor, workload } from './reviews.ts';
import { around } from './surroundings.ts';
import { deployments, K1, K2, K3, keycloakStreams, text } from './triggered.ts';

const image = fc.constantFrom(text, ' ', 'keycloak:20', 'keycloak:21', 'nosuch:1', 'quay.io/x:1', K1, K2, K3);
const tag = fc.constantFrom('keycloak:20', 'keycloak:21', 'keycloak:nosuch', undefined);
const container = fc.record({ image, tag, paused: fc.boolean() });
const asks = fc.record(
  {
    [releaseAnnotation]: fc.constantFrom('1', '2'),
    [resolveNamesAnnotation]: fc.constant('*'),
  },
  { requiredKeys: [] },
);
const deployment = fc.record({ web: container, side: container, annotations: asks });
type Shape = typeof deployment extends fc.Arbitrary<infer T> ? T : never;

function objectOf(
  { web, side, annotations }: Shape,
  kept: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const named = Object.entries({ web, side });
  const triggers = named.flatMap(([name, { tag: followed, paused }]) => {
    const fieldPath = fieldPathOf(deployments.podSpecPath, 'containers', name);
    const from = { kind: 'ImageStreamTag', name: followed };
    return followed === undefined ? [] : [{ from, fieldPath, paused }];
  });
  return workload(deployments, {
    containers: named.map(([name, each]) => ({ name, image: each.image })),
    annotations: {
      ...kept,
      ...annotations,
      ...(triggers.length === 0 ? {} : { [triggersAnnotation]: JSON.stringify(triggers) }),
    } as Record<string, string>,
  });
}

/** What clients leave as they find it. */
function ours(object: KubernetesObject): Readonly<Record<string, string>> {
  const keys = ['imagestreams.io/resolved', triggerStatusAnnotation, heldAnnotation];
  const entries = Object.entries(object.metadata?.annotations ?? {}).filter(([key]) => keys.includes(key));
  return Object.fromEntries(entries);
}

const manager = fc.constantFrom('kubectl-client-side-apply', 'kubectl-set', 'helm', '');
const minute = 60_000;

async function written(
  sent: KubernetesObject,
  old: KubernetesObject | undefined,
  gives: string,
  by: string,
  now: number,
) {
  const request: AdmissionRequest = {
    ...requestFor(deployments, sent, old === undefined ? {} : { old }),
    options: { fieldManager: by },
  };
  const surroundings = (at: number) =>
    around({ streams: keycloakStreams(gives), unresolved: 'Warn', now: () => at });
  const object = applied(request, await mutate(request, surroundings(now)));
  const again = await mutate({ ...request, object }, surroundings(now + minute / 2));
  if (!again.answer.allowed) throw new Error(again.answer.status.message);
  // another name for the very image that runs is told by the first call and forgotten by the second
  const changes = again.answer.patch.filter(({ path }) => !path.endsWith('imagestreams.io~1resolved'));
  return { object, changes };
}

const nonsense = fc.oneof(
  fc.constantFrom(null, 0, '', 'text', [], {}, [null], '{"web":{"image":1}}'),
  fc.jsonValue(),
);
const places = [
  ['annotations', heldAnnotation],
  ['annotations', triggerStatusAnnotation],
  ['annotations', 'imagestreams.io/resolved'],
  ['annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
  ['annotations', releaseAnnotation],
  ['managedFields'],
  ['annotations'],
  ['deletionTimestamp'],
] as const;
const broken = fc
  .tuple(deployment, fc.constantFrom(...places), nonsense)
  .map(([shape, [field, key], value]) => {
    const object = objectOf(shape);
    const fields = object.metadata as Readonly<Record<string, unknown>>;
    const inner = key === undefined ? value : { ...(fields[field] as object), [key]: value };
    return { ...object, metadata: { ...fields, [field]: inner } } as KubernetesObject;
  });

describe('a workload with triggers', () => {
  it('is reviewed without a crash, and its patch applies, whatever stands in any field', async () => {
    await fc.assert(
      fc.asyncProperty(broken, broken, async (object, old) => {
        await written(object, undefined, K1, '', 0);
        await written(object, old, K2, '', 0);
      }),
      { numRuns: 500 },
    );
  });

  it('that was patched is left as it is when the webhook is called again, and stored again', async () => {
    await fc.assert(
      fc.asyncProperty(
        deployment,
        deployment,
        fc.constantFrom(K1, K2, ''),
        manager,
        async (first, second, gives, by) => {
          const created = await written(objectOf(first), undefined, K1, by, 0);
          expect(created.changes).toEqual([]);
          const old = created.object;
          const updated = await written(objectOf(second, ours(old)), old, gives, by, 10 * minute);
          expect(updated.changes).toEqual([]);
          const { object } = updated;
          const stored = await written(object, object, gives, by, 20 * minute);
          expect(stored.object).toEqual(object);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
