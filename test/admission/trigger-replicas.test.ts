import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { heldAnnotation, triggerStatusAnnotation } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { StreamsFixture } from './streams-fixture.ts';
import {
  annotated,
  annotationIn,
  follows,
  K1,
  K2,
  K3,
  keycloak,
  manifest,
  recordIn,
  text,
  withImage,
  write,
} from './triggered.ts';
import { startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

const controller = 'system:serviceaccount:imagestreams:imagestreams-controller';

/** A replica whose watch brings everything, and one whose watch is frozen; both can ask. */
const current = new StreamsFixture();
const frozen = new StreamsFixture();
let replica: Webhook;
let lagging: Webhook;

beforeAll(async () => {
  const authority = await testAuthority();
  replica = await startWebhook({ authority, streams: current });
  lagging = await startWebhook({ authority, streams: frozen });
});
afterAll(() => Promise.all([replica.server.close(), lagging.server.close()]));

/** The tag moves; only one of the replicas hears of it. */
function move(image: string): void {
  current.remember(keycloak(image));
  for (const streams of [current, frozen]) streams.create(keycloak(image));
}

beforeEach(() => {
  frozen.unavailable = false;
  frozen.remember(keycloak(K1));
  move(K1);
});

const stored = async () => (await write(replica, manifest())).object;

/** The tag moved, and the controller moved the workload. */
async function moved(): Promise<KubernetesObject> {
  const old = await stored();
  move(K2);
  const status = { containers: { web: { tag: 'keycloak:20', image: K2, at: '2026-01-01T00:00:00Z' } } };
  const sent = annotated(old, { [triggerStatusAnnotation]: JSON.stringify(status) });
  return (await write(lagging, sent, { old, user: controller })).object;
}

describe('a replica whose watch is frozen', () => {
  it('sets what the controller asks for, and asks nobody', async () => {
    const before = frozen.lookups.length;
    expect(await moved()).toMatchObject({ spec: { template: { spec: { containers: [{ image: K2 }] } } } });
    expect(frozen.lookups.length).toBe(before);
  });

  it('keeps the image that the controller gave when the manifest is applied again', async () => {
    const old = await moved();
    const before = frozen.lookups.length;
    expect((await write(lagging, withImage(old, text), { old })).object).toEqual(old);
    expect(frozen.lookups.slice(before)).toEqual(['app/keycloak']);
  });

  it('holds no image that is the tag’s, though it does not know it', async () => {
    const old = await stored();
    move(K2);
    const { object, warnings } = await write(lagging, withImage(old, K2), { old, manager: 'kubectl-set' });
    expect(annotationIn(object, heldAnnotation)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('holds what was the tag’s, though it takes it for the tag’s', async () => {
    const old = await moved();
    const { object } = await write(lagging, withImage(old, K1), { old, manager: 'kubectl-set' });
    expect(recordIn(object, heldAnnotation)).toMatchObject({ web: { image: K1 } });
  });

  it('decides as the other does when it is called a second time for a request, and the other way round', async () => {
    const old = await stored();
    move(K2);
    const sents = [
      withImage(old, text),
      withImage(old, K3),
      annotated(old, follows(undefined, { tag: 'keycloak:21' })),
    ];
    for (const sent of sents) {
      for (const [first, second] of [
        [replica, lagging],
        [lagging, replica],
      ] as const) {
        const { object } = await write(first, sent, { old });
        // K1 is what ran: a replica may leave it where the tag moved a moment ago, and the other knows better
        const again = (await write(second, object, { old })).object;
        if (JSON.stringify(object).includes(K1)) continue;
        expect(again).toEqual(object);
      }
    }
  });

  it('leaves the image that runs when it can ask nobody, and says so', async () => {
    const old = await moved();
    frozen.unavailable = true;
    const { object, warnings } = await write(lagging, withImage(old, text), { old });
    expect(object).toEqual(old);
    expect(warnings).toEqual([
      `container "web", image "${text}": the API server could not be asked what "keycloak:20" gives, so the image stays "${K2.slice(0, 80)}…" until the controller looks`,
    ]);
  });

  it('holds when it can ask nobody', async () => {
    const old = await moved();
    frozen.unavailable = true;
    const { object } = await write(lagging, withImage(old, K3), { old, manager: 'kubectl-set' });
    expect(recordIn(object, heldAnnotation)).toMatchObject({ web: { image: K3 } });
  });
});

describe('a replica that is up to date', () => {
  it('asks nobody on create, nor when the manifest is applied again', async () => {
    const before = current.lookups.length;
    const old = await stored();
    await write(replica, withImage(old, text), { old });
    expect(current.lookups.length).toBe(before);
  });

  it('asks once before it holds, however many containers there are', async () => {
    const containers = ['web', 'side'].map((name) => ({ name, image: text }));
    const triggers = JSON.stringify(
      [0, 1].map((index) => ({
        from: { kind: 'ImageStreamTag', name: 'keycloak:20' },
        fieldPath: `spec.template.spec.containers[${index}].image`,
      })),
    );
    const annotations = { 'image.openshift.io/triggers': triggers };
    const { object: old } = await write(replica, manifest(text, { containers, annotations }));
    const before = current.lookups.length;
    const images = containers.map(({ name }) => ({ name, image: K3 }));
    const sent = { ...old, spec: { template: { spec: { containers: images } } } };
    const { object } = await write(replica, sent, { old, manager: 'kubectl-set' });
    expect(Object.keys(recordIn(object, heldAnnotation) as object)).toEqual(['side', 'web']);
    expect(current.lookups.slice(before)).toEqual(['app/keycloak']);
  });
});
