import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AdmissionRequest, mutate } from '../../src/admission/index.ts';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { applied } from './reviews.ts';
import { alias, imported, stored, streamOf, streamRequest } from './stream-requests.ts';
import { around } from './surroundings.ts';
import { patchOf, review } from './webhook-client.ts';
import { startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

let webhook: Webhook;

beforeAll(async () => {
  webhook = await startWebhook({ authority: await testAuthority() });
});

afterAll(() => webhook.server.close());

const history = (tag: string, generation: number) => ({
  tag,
  items: [{ dockerImageReference: `quay.io/org/app:${tag}`, image: '', generation }],
});
const before = streamOf([stored('1', 1), stored('2', 2)], {
  status: { tags: [history('1', 1), history('2', 7)] },
});
const importPolicy = { importMode: 'PreserveOriginal' };
const referencePolicy = { type: 'Source' };
const clientSide = { old: before, fieldManager: 'kubectl-client-side-apply' };
const lastApplied = (...names: readonly string[]) => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(
    streamOf(names.map((name) => imported(name))),
  ),
});

/** What the API server would store, of the parts that may change. */
async function storedBy(request: AdmissionRequest) {
  const { spec, metadata } = applied(request, await mutate(request, around())) as unknown as ImageStream;
  return { tags: spec?.tags, annotations: metadata.annotations };
}

describe('the patch of a stream, over HTTPS', () => {
  const rows: readonly (readonly [string, AdmissionRequest, unknown])[] = [
    [
      'fills in the defaults and the first generation',
      streamRequest(streamOf([imported('1')])),
      [
        { op: 'add', path: '/spec/tags/0/importPolicy', value: importPolicy },
        { op: 'add', path: '/spec/tags/0/referencePolicy', value: referencePolicy },
        { op: 'add', path: '/spec/tags/0/generation', value: 1 },
      ],
    ],
    [
      'takes no generation from whoever creates it',
      streamRequest(streamOf([stored('1', 99)])),
      [{ op: 'replace', path: '/spec/tags/0/generation', value: 1 }],
    ],
    [
      'touches the changed tag alone, above every generation that was',
      streamRequest(streamOf([stored('1', 1), stored('2', 2, 'quay.io/org/other:2')]), { old: before }),
      [{ op: 'replace', path: '/spec/tags/1/generation', value: 8 }],
    ],
    [
      'takes generation 0 for the wish to import again',
      streamRequest(streamOf([stored('1', 0), stored('2', 2)]), { old: before }),
      [{ op: 'replace', path: '/spec/tags/0/generation', value: 8 }],
    ],
    [
      'notes a tag that is removed with its history',
      streamRequest(streamOf([stored('1', 1)]), { old: before }),
      [{ op: 'add', path: '/metadata/annotations', value: { 'imagestreams.io/removed-tags': '["2"]' } }],
    ],
    [
      'adds one annotation beside those of others',
      streamRequest(streamOf([stored('1', 1)], { annotations: { team: 'a' } }), { old: before }),
      [{ op: 'add', path: '/metadata/annotations/imagestreams.io~1removed-tags', value: '["2"]' }],
    ],
    [
      'takes a forged annotation away',
      streamRequest(streamOf([], { annotations: { 'imagestreams.io/candidates': '{}', team: 'a' } })),
      [{ op: 'remove', path: '/metadata/annotations/imagestreams.io~1candidates' }],
    ],
  ];

  it.each(rows)('%s', async (_, request, patch) => {
    const response = await review(webhook, 'mutate', request);
    expect(response).toMatchObject({ uid: request.uid, allowed: true, patchType: 'JSONPatch' });
    const operations = patchOf(response) as { readonly path: string }[];
    const byPath = (one: { readonly path: string }, other: { readonly path: string }) =>
      one.path.localeCompare(other.path);
    expect(operations.toSorted(byPath)).toEqual((patch as { readonly path: string }[]).toSorted(byPath));
  });

  const untouched: readonly (readonly [string, AdmissionRequest])[] = [
    ['an unchanged stream', streamRequest(before, { old: before })],
    ['a stream without tags', streamRequest(streamOf([]))],
    ['a stream without a spec', streamRequest({ metadata: { name: 'app' }, spec: null })],
    ['a deletion', streamRequest(null, { old: before, operation: 'DELETE' })],
    ['a connection', streamRequest(streamOf([imported('1')]), { operation: 'CONNECT' })],
    ['the status', streamRequest(streamOf([imported('1')]), { old: before, subResource: 'status' })],
    ['another subresource', streamRequest(streamOf([imported('1')]), { old: before, subResource: 'layers' })],
    ['the version of the controller', streamRequest(streamOf([imported('1')]), { version: 'v1stored' })],
    ['an object that is none', streamRequest('text')],
    ['a spec of another type', streamRequest({ metadata: {}, spec: 'text' })],
    ['tags of another type', streamRequest({ metadata: {}, spec: { tags: {} } })],
    ['a tag of another type', streamRequest({ metadata: {}, spec: { tags: [{ name: 1, from: {} }] } })],
    ['two tags of one name', streamRequest(streamOf([imported('1'), imported('1')]))],
  ];

  it.each(untouched)('is none for %s', async (_, request) => {
    expect(await review(webhook, 'mutate', request)).toEqual({ uid: request.uid, allowed: true });
  });

  it('is the same on a dry run', async () => {
    const request = streamRequest(streamOf([imported('1')]));
    const real = await review(webhook, 'mutate', request);
    expect(await review(webhook, 'mutate', { ...request, dryRun: true })).toEqual(real);
  });
});

describe('applying again', () => {
  it('what stands in the manifest changes nothing', async () => {
    const request = streamRequest(streamOf([imported('1'), imported('2')]), { old: before });
    expect((await storedBy(request)).tags).toEqual(before.spec?.tags);
  });

  it('client-side keeps the tag of a colleague, and removes one that left the manifest', async () => {
    const old = { ...before, metadata: { ...before.metadata, annotations: lastApplied('1') } };
    const keeping = streamRequest(streamOf([imported('1')]), { ...clientSide, old });
    expect((await storedBy(keeping)).tags).toEqual(before.spec?.tags);
    const both = { ...before, metadata: { ...before.metadata, annotations: lastApplied('1', '2') } };
    const removing = streamRequest(streamOf([imported('1')]), { ...clientSide, old: both });
    expect(await storedBy(removing)).toEqual({
      tags: [stored('1', 1)],
      annotations: { 'imagestreams.io/removed-tags': '["2"]' },
    });
  });

  it('by any other manager means the tags that are sent', async () => {
    for (const fieldManager of ['kubectl-edit', 'argocd', undefined]) {
      const options = fieldManager === undefined ? {} : { fieldManager };
      const request = streamRequest(streamOf([imported('1')]), { old: before, ...options });
      expect((await storedBy(request)).tags).toEqual([stored('1', 1)]);
    }
  });
});

describe('the import mode', () => {
  it('is what the settings say where a tag says none, also for tags from other tags', async () => {
    const request = streamRequest(streamOf([imported('1'), alias('2', '1')]));
    const legacy = around({ streamSettings: { defaultMode: 'Legacy' } });
    const { spec } = applied(request, await mutate(request, legacy)) as unknown as ImageStream;
    expect(spec?.tags?.map(({ importPolicy: policy }) => policy)).toEqual([
      { importMode: 'Legacy' },
      { importMode: 'Legacy' },
    ]);
  });
});
