import { afterEach, describe, expect, it } from '@jest/globals';
import type { FakeRegistry } from './fake-registry.ts';
import { image, index, type StoredManifest, types } from './images.ts';
import { errorOf, find, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const [amd64, arm64, windows, attestation] = ['amd64', 'arm64', 'windows', 'attestation'].map((word) =>
  image(word),
) as [StoredManifest, StoredManifest, StoredManifest, StoredManifest];
const mode = 'Legacy';

async function registryWith(manifest: StoredManifest, ...children: readonly StoredManifest[]) {
  const registry = await stage.registry();
  registry.push('app', '1', manifest);
  for (const child of children) registry.push('app', '', child);
  return registry;
}

const spec = ({ host }: FakeRegistry) => `${host}/app:1`;

describe('one image of an index', () => {
  const many = index([
    ['unknown/unknown', attestation],
    ['windows/amd64', windows],
    ['linux/arm64', arm64],
    ['linux/amd64', amd64],
    ['linux/amd64', arm64],
  ]);
  it.each([
    ['is the one for linux/amd64 when nothing is asked for', many, '', amd64],
    ['is the first that fits', many, 'linux/arm64', arm64],
    ['may be for another system', many, 'windows/', windows],
    ['is the one for linux/amd64 when none fits', many, 'linux/s390x', amd64],
    [
      'is the first at all otherwise',
      index([
        ['linux/arm64', arm64],
        ['windows/amd64', windows],
      ]),
      '',
      arm64,
    ],
    [
      'is never an attestation',
      index([
        ['unknown/unknown', attestation],
        ['linux/arm64', arm64],
      ]),
      '',
      arm64,
    ],
    ['may have no platform', index([['', arm64]]), '', arm64],
    ['is that of an index in it', index([['', many]]), 'linux/arm64', arm64],
  ])('%s', async (_, manifest, wanted, expected) => {
    const [os = '', architecture = ''] = wanted.split('/');
    const registry = await registryWith(manifest, amd64, arm64, windows, attestation, many);
    const found = await find(stage.client(), spec(registry), { mode, platform: { os, architecture } });
    expect(found).toEqual({ image: expected.digest, reference: `${registry.host}/app@${expected.digest}` });
  });

  it('is named in place of an index that was asked for by digest', async () => {
    const registry = await registryWith(many, amd64);
    expect((await find(stage.client(), `${registry.host}/app@${many.digest}`, { mode })).image).toBe(
      amd64.digest,
    );
  });

  it('is the image itself where there is no index', async () => {
    const registry = await registryWith(amd64);
    expect((await find(stage.client(), spec(registry), { mode })).image).toBe(amd64.digest);
    expect((await find(stage.client(), spec(registry), { mode, known: amd64.digest })).image).toBe(
      amd64.digest,
    );
    expect(registry.asked.filter((each) => each.startsWith('GET'))).toHaveLength(1);
  });

  it('costs one HEAD as long as the index is the same, and is chosen for each platform', async () => {
    const registry = await registryWith(many, amd64, arm64);
    const client = stage.client();
    await find(client, spec(registry), { mode });
    registry.server.requests.length = 0;
    expect((await find(client, spec(registry), { mode, known: amd64.digest })).image).toBe(amd64.digest);
    expect(registry.asked).toEqual(['HEAD /v2/app/manifests/1']);
    const platform = { os: '', architecture: 'arm64' };
    expect((await find(client, spec(registry), { mode, platform, known: amd64.digest })).image).toBe(
      arm64.digest,
    );
  });

  it('is chosen when the index itself was recorded before', async () => {
    const registry = await registryWith(many, amd64);
    expect((await find(stage.client(), spec(registry), { mode, known: many.digest })).image).toBe(
      amd64.digest,
    );
  });

  it('costs a HEAD for the image, and no pull', async () => {
    const registry = await registryWith(many, amd64);
    await find(stage.client(), spec(registry), { mode });
    expect(registry.asked).toEqual([
      'HEAD /v2/app/manifests/1',
      `GET /v2/app/manifests/${many.digest}`,
      `HEAD /v2/app/manifests/${amd64.digest}`,
    ]);
  });

  it.each([
    [
      'is missing',
      index([['linux/amd64', amd64]]),
      'InvalidResponse',
      /does not have the image that its index lists/,
    ],
    [
      'is nothing but attestations',
      index([['unknown/unknown', attestation]]),
      'NoMatchingPlatform',
      /no image for linux\/amd64: its index has only unknown\/unknown/,
    ],
    ['is none at all', index([]), 'NoMatchingPlatform', /its index is empty/],
    [
      'is of schema 1',
      index([['linux/amd64', { ...amd64, type: types.schema1 }]]),
      'UnsupportedManifest',
      /schema 1/,
    ],
  ])('that %s is an error', async (_, manifest, code, message) => {
    const registry = await registryWith(manifest);
    const error = await errorOf(find(stage.client(), spec(registry), { mode }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('is looked for in so many indexes and no more', async () => {
    const levels = [amd64];
    for (let depth = 0; depth < 4; depth++) levels.push(index([['', levels.at(-1) ?? amd64]]));
    const [, one, two, three, four] = levels as [StoredManifest, ...StoredManifest[]];
    const registry = await registryWith(four ?? amd64, ...levels);
    registry.push('app', '3', three ?? amd64);
    const client = stage.client();
    expect((await find(client, `${registry.host}/app:3`, { mode })).image).toBe(amd64.digest);
    expect((await errorOf(find(client, spec(registry), { mode }))).code).toBe('UnsupportedManifest');
    expect([one, two]).not.toContain(undefined);
  });
});
