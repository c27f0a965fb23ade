import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient, systemClock } from '../../src/cluster/index.ts';
import { streamName } from '../../src/controllers/stream-name.ts';
import { writeStream } from '../../src/controllers/stream-writer.ts';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { plainConnection } from '../cluster-client/http-server.ts';
import { ObjectServer } from '../cluster-client/object-server.ts';

const path = '/apis/image.openshift.io/v1stored/namespaces/ns/imagestreams/app';
const stream = streamName('ns/app');
const never = new AbortController().signal;

let server: ObjectServer;
let client: ApiClient;

beforeEach(async () => {
  server = new ObjectServer();
  await server.http.start();
  client = new ApiClient({ connection: plainConnection(server.http), userAgent: 'test' });
});

afterEach(async () => {
  client.close();
  await server.http.stop();
});

const write = (decide: (live: ImageStream) => ImageStream, signal = never) =>
  writeStream(
    { client, clock: systemClock, random: () => 0 },
    stream,
    async (live) => ({ stream: decide(live) }),
    signal,
  );

/** Adds a tag, whatever else is there. */
const withTag =
  (name: string) =>
  (live: ImageStream): ImageStream => ({
    ...live,
    spec: { ...live.spec, tags: [...(live.spec?.tags ?? []), { name }] },
  });

const tagsStored = () =>
  (server.store.get(path) as unknown as ImageStream).spec?.tags?.map(({ name }) => name);

describe('writing a stream', () => {
  it('reads it, writes what was decided, and tells what was stored', async () => {
    server.store.put(path, { spec: { tags: [{ name: 'a' }] } });
    const written = await write(withTag('b'));
    expect(written).toMatchObject({ kind: 'Written', stored: { metadata: { resourceVersion: '102' } } });
    expect(tagsStored()).toEqual(['a', 'b']);
    expect(server.http.requests.at(-1)?.url.search).toBe('?fieldManager=imagestreams-controller');
  });

  it('writes nothing when nothing was decided', async () => {
    server.store.put(path, {});
    expect(await write((live) => live)).toMatchObject({ kind: 'Unchanged' });
    expect(server.requests).toEqual([`GET ${path}`]);
  });

  it('decides again on what somebody else wrote in between, and loses neither', async () => {
    server.store.put(path, { spec: { tags: [{ name: 'a' }] } });
    let decisions = 0;
    const written = await write((live) => {
      decisions += 1;
      if (decisions < 4) {
        const tags = [...(live.spec?.tags ?? []), { name: `other${decisions}` }];
        server.store.put(path, { spec: { tags } });
      }
      return withTag('b')(live);
    });
    expect([written.kind, decisions]).toEqual(['Written', 4]);
    expect(tagsStored()).toEqual(['a', 'other1', 'other2', 'other3', 'b']);
  });

  it('gives up when there is no end of conflicts', async () => {
    server.store.put(path, {});
    const endless = write((live) => {
      server.store.put(path, {});
      return withTag('b')(live);
    });
    await expect(endless).rejects.toMatchObject({ code: 'Conflict' });
  });

  it.each(['before it is read', 'before it is written'])(
    'takes one that vanished %s for gone',
    async (when) => {
      if (when === 'before it is written') server.store.put(path, {});
      const written = await write((live) => {
        server.store.remove(path);
        return withTag('b')(live);
      });
      expect(written.kind).toBe('Gone');
    },
  );

  it('writes nothing once it may not any more', async () => {
    server.store.put(path, { spec: {} });
    const stop = new AbortController();
    const late = write((live) => {
      stop.abort();
      return withTag('b')(live);
    }, stop.signal);
    await expect(late).rejects.toThrow();
    expect(server.requests).toEqual([`GET ${path}`]);
  });
});
