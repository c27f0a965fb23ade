import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resolvedAnnotation } from '../../src/admission/index.ts';
import {
  fireAnnotation,
  heldAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';
import { workload } from './reviews.ts';
import { StreamsFixture } from './streams-fixture.ts';
import {
  annotated,
  annotationIn,
  follows,
  K1,
  K2,
  K3,
  keycloak,
  keycloakStreams,
  manifest,
  recordIn,
  text,
  withImage,
  write,
} from './triggered.ts';
import { startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

const at = '2026-01-01T00:00:00Z';
const now = () => Date.parse(at);
const controller = 'system:serviceaccount:imagestreams:imagestreams-controller';

let streams = new StreamsFixture();
let webhook: Webhook;

beforeAll(async () => {
  streams = keycloakStreams();
  webhook = await startWebhook({ authority: await testAuthority(), streams, now });
});
afterAll(() => webhook.server.close());

function move(image: string): void {
  streams.remember(keycloak(image));
  streams.create(keycloak(image));
}

const following = builtInKinds.filter(({ byPolicyOnly }) => byPolicyOnly !== true);
const changeable = following.filter(({ immutableTemplate }) => immutableTemplate !== true);
const rows = (kinds = following) => kinds.map((kind) => [`${kind.resource}.${kind.group}`, kind] as const);

describe.each(rows())('a workload of %s with a trigger', (_, kind) => {
  it('is created with the tag’s image, whatever the manifest says', async () => {
    move(K1);
    for (const image of [text, ' ', 'keycloak:20', K3]) {
      const { object, image: stored } = await write(webhook, manifest(image, { kind }), { kind });
      expect(stored).toBe(K1);
      expect(recordIn(object, resolvedAnnotation)).toEqual({
        web: { name: image, imageStreamTag: 'keycloak:20' },
      });
      expect(recordIn(object, triggerStatusAnnotation)).toEqual({
        containers: { web: { tag: 'keycloak:20', image: K1, at } },
      });
    }
  });

  it('is given the tag’s image where its manifest leaves the image out', async () => {
    move(K1);
    const sent = workload(kind, { containers: [{ name: 'web' }], annotations: follows(kind) });
    const { object: old, image } = await write(webhook, sent, { kind });
    expect(image).toBe(K1);
    expect((await write(webhook, sent, { kind, old })).image).toBe(K1);
  });

  it('is created as written while the trigger is paused', async () => {
    const annotations = follows(kind, { paused: true });
    expect((await write(webhook, manifest(text, { kind, annotations }), { kind })).image).toBe(text);
  });

  it('does not change when its manifest is applied again', async () => {
    move(K1);
    const { object: old } = await write(webhook, manifest(text, { kind }), { kind });
    const again = await write(webhook, withImage(old, text, kind), { kind, old });
    expect(again.object).toEqual(old);
  });
});

describe.each(rows(changeable))('a stored workload of %s', (_, kind) => {
  const stored = async () => {
    move(K1);
    return (await write(webhook, manifest(text, { kind }), { kind })).object;
  };

  it('gets the image that the controller asks for, and keeps what its manifest says', async () => {
    const old = await stored();
    const status = JSON.stringify({ containers: { web: { tag: 'keycloak:20', image: K2, at } } });
    const sent = annotated(old, { [triggerStatusAnnotation]: status });
    const { object, image, warnings } = await write(webhook, sent, { kind, old, user: controller });
    expect({ image, warnings }).toMatchObject({ image: K2 });
    expect(annotationIn(object, resolvedAnnotation)).toBe(annotationIn(old, resolvedAnnotation));
    expect(annotationIn(object, triggerStatusAnnotation)).toBe(status);
  });

  it('gets no image that anybody else asks for in its name', async () => {
    const old = await stored();
    const status = JSON.stringify({ containers: { web: { tag: 'keycloak:20', image: K2, at } } });
    const sent = annotated(old, { [triggerStatusAnnotation]: status });
    expect((await write(webhook, sent, { kind, old })).object).toEqual(old);
  });

  it('takes an image that is set on purpose, is held, and says how to be released', async () => {
    const old = await stored();
    const sent = withImage(old, 'quay.io/x:1', kind);
    const { object, image, warnings } = await write(webhook, sent, { kind, old, manager: 'kubectl-set' });
    expect(image).toBe('quay.io/x:1');
    expect(recordIn(object, heldAnnotation)).toEqual({
      web: { image: 'quay.io/x:1', since: at, reason: 'SetExplicitly', by: 'jane', name: text },
    });
    expect(warnings[0]).toBe(
      `container "web", image "quay.io/x:1": set on purpose, so the trigger on "keycloak:20" is held and no longer changes it; release it with: kubectl annotate ${kind.resource}/shop --namespace=app imagestreams.io/held-`,
    );
    const again = await write(webhook, withImage(object, text, kind), { kind, old: object });
    expect(again.object).toEqual(object);
    const free = await write(webhook, annotated(object, { [heldAnnotation]: undefined }), {
      kind,
      old: object,
    });
    expect(free.image).toBe(K1);
    expect(annotationIn(free.object, heldAnnotation)).toBeUndefined();
  });
});

describe('a stored Job', () => {
  const [kind] = following.filter(({ immutableTemplate }) => immutableTemplate === true);
  if (kind === undefined) throw new Error('no kind is immutable');

  it('keeps its image when the tag moved and its manifest is applied again, or its trigger changes', async () => {
    move(K1);
    const { object: old } = await write(webhook, manifest(text, { kind }), { kind });
    move(K2);
    expect((await write(webhook, withImage(old, text, kind), { kind, old })).object).toEqual(old);
    for (const tag of ['keycloak:21', 'keycloak:20']) {
      expect((await write(webhook, annotated(old, follows(kind, { tag })), { kind, old })).image).toBe(K1);
    }
    const fired = annotated(old, { [fireAnnotation]: '1' });
    expect((await write(webhook, fired, { kind, old })).image).toBe(K1);
  });

  it('with another image is for the API server to refuse', async () => {
    move(K1);
    const { object: old } = await write(webhook, manifest(text, { kind }), { kind });
    const { image, object } = await write(webhook, withImage(old, 'quay.io/x:1', kind), { kind, old });
    expect(image).toBe('quay.io/x:1');
    expect(annotationIn(object, heldAnnotation)).toBeUndefined();
  });
});

describe('a Deployment', () => {
  const stored = async (annotations = follows()) => {
    move(K1);
    return (await write(webhook, manifest(text, { annotations }))).object;
  };

  it('follows where it says so, and says what became of the image', async () => {
    const old = await stored({ ...follows(), [onExplicitImageAnnotation]: 'follow' });
    const { image, warnings } = await write(webhook, withImage(old, 'quay.io/x:1'), { old });
    expect(image).toBe(K1);
    expect(warnings).toEqual([expect.stringContaining('replaced by')]);
  });

  it('fires once, although its trigger is paused', async () => {
    const old = await stored(follows(undefined, { paused: true }));
    const { image, object } = await write(webhook, annotated(old, { [fireAnnotation]: '1' }), { old });
    expect(image).toBe(K1);
    move(K2);
    expect((await write(webhook, annotated(object, { note: 'x' }), { old: object })).image).toBe(K1);
  });

  it('is released by a new value', async () => {
    const first = await stored();
    const { object: old } = await write(webhook, withImage(first, K3), {
      old: first,
      manager: 'kubectl-set',
    });
    expect(recordIn(old, heldAnnotation)).toMatchObject({ web: { image: K3 } });
    expect((await write(webhook, annotated(old, { [releaseAnnotation]: 'x' }), { old })).image).toBe(K1);
  });

  it('follows another tag as soon as its trigger says so', async () => {
    const old = await stored();
    const { image } = await write(webhook, annotated(old, follows(undefined, { tag: 'keycloak:21' })), {
      old,
    });
    expect(image).toBe(K3);
  });

  it('holds an explicit name as what it gives, and goes on knowing its manifest', async () => {
    const old = await stored();
    const sent = withImage(old, 'keycloak:21');
    const { object, image } = await write(webhook, sent, { old, manager: 'kubectl-set' });
    expect(image).toBe(K3);
    expect(recordIn(object, heldAnnotation)).toMatchObject({ web: { image: K3, name: text } });
    expect(recordIn(object, resolvedAnnotation)).toEqual({
      web: { name: 'keycloak:21', imageStreamTag: 'keycloak:21' },
    });
    expect((await write(webhook, withImage(object, text), { old: object })).object).toEqual(object);
  });

  it('has names resolved in containers without triggers beside', async () => {
    move(K1);
    const containers = [
      { name: 'web', image: text },
      { name: 'side', image: 'keycloak:21' },
    ];
    const { object, patch } = await write(webhook, manifest(text, { containers }));
    expect(recordIn(object, resolvedAnnotation)).toEqual({
      web: { name: text, imageStreamTag: 'keycloak:20' },
      side: { name: 'keycloak:21', imageStreamTag: 'keycloak:21' },
    });
    expect(patch.map(({ path }) => path)).toEqual([
      '/spec/template/spec/containers/0/image',
      '/spec/template/spec/containers/1/image',
      '/metadata/annotations/imagestreams.io~1resolved',
      '/metadata/annotations/imagestreams.io~1trigger-status',
    ]);
  });

  it('is given the same on a dry run', async () => {
    move(K1);
    const real = await write(webhook, manifest());
    expect((await write(webhook, manifest(), { dryRun: true })).patch).toEqual(real.patch);
  });

  it('whose tag has no image is stored as written, and later keeps what runs', async () => {
    move('');
    const { object: old, image } = await write(webhook, manifest());
    expect(image).toBe(text);
    const { image: kept, warnings } = await write(webhook, withImage(old, ' '), { old });
    expect(kept).toBe(text);
    expect(warnings).toEqual([
      `container "web", image " ": "keycloak:20" gives no image, as it is not imported yet, so the image stays "${text}"`,
    ]);
  });

  it('whose tag records a reference alone gets it as it stands', async () => {
    const reference = 'quay.io/keycloak/keycloak:nightly';
    const [first] = keycloak().status?.tags ?? [];
    const items = [{ ...first?.items?.[0], dockerImageReference: reference, image: '', created: at }];
    const stream = { ...keycloak(), status: { tags: [{ tag: '20', items }] } };
    streams.remember(stream);
    expect((await write(webhook, manifest())).image).toBe(reference);
  });

  it('that is forged about is none the wiser', async () => {
    const forged = {
      [heldAnnotation]:
        '{"web":{"image":"x","since":"2020-01-01T00:00:00Z","reason":"SetExplicitly","by":"jane"}}',
      [triggerStatusAnnotation]: '{"containers":{}}',
    };
    const plain = manifest(text, { annotations: { note: 'mine' } });
    const { object } = await write(webhook, annotated(plain, forged));
    expect(object.metadata?.annotations).toEqual({ note: 'mine' });
    const old = await stored();
    expect((await write(webhook, annotated(old, forged), { old, manager: 'x' })).object).toMatchObject({
      metadata: { annotations: { [triggersAnnotation]: annotationIn(old, triggersAnnotation) } },
    });
  });
});
