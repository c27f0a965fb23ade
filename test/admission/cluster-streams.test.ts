import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ClusterStreams } from '../../src/admission/index.ts';
import { ApiClient } from '../../src/cluster/index.ts';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { event, status } from '../cluster-client/api-server.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';
import { AAA, imageStream, type TagFixture } from './streams-fixture.ts';

const path = '/apis/image.openshift.io/v1/namespaces/app/imagestreams/app';
let server: HttpServer;
let client: ApiClient;
let streams: ClusterStreams;
let watch: ServerResponse | undefined;
/** What the API server says of stream `app` when it is asked. */
let current: ImageStream | undefined;

beforeEach(async () => {
  watch = undefined;
  current = undefined;
  server = await new HttpServer(({ url }, response) => {
    if (url.pathname === path)
      json(response, current === undefined ? 404 : 200, current ?? status(404, 'NotFound'));
    else if (!url.searchParams.has('watch')) {
      json(response, 200, { kind: 'ImageStreamList', metadata: { resourceVersion: '1' }, items: [] });
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      watch = response;
    }
  }).start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'test/1' });
  streams = new ClusterStreams(client, pino({ level: 'silent' }));
  streams.reflector.start();
  await eventually(() => watch !== undefined);
});

afterEach(async () => {
  await streams.reflector.stop();
  client.close();
  await server.stop();
});

let version = 1;

function streamOf(...tags: readonly TagFixture[]): ImageStream {
  const stream = imageStream('app', tags);
  version += 1;
  return { ...stream, metadata: { ...stream.metadata, resourceVersion: `${version}` } };
}

const asked = () => server.requests.filter(({ url }) => url.pathname === path).length;
const lookup = async () => (await streams.lookup('app', 'app'))?.tags;

describe('the streams of a cluster', () => {
  it('are asked for once in a while, until the watch says something newer', async () => {
    expect([await lookup(), await lookup(), asked()]).toEqual([undefined, undefined, 1]);
    current = streamOf({ tag: '1' });
    watch?.write(event('ADDED', current));
    await eventually(() => streams.get('app', 'app') !== undefined);
    expect([(await lookup())?.[0]?.state, (await lookup())?.[0]?.state, asked()]).toEqual([
      'Pending',
      'Pending',
      2,
    ]);
    current = undefined;
    watch?.write(event('DELETED', streamOf()));
    await eventually(() => streams.get('app', 'app') === undefined);
    expect([await lookup(), asked()]).toEqual([undefined, 3]);
  });

  it('are asked for anew each time where the answer must be of now', async () => {
    await lookup();
    const fresh = () => streams.lookup('app', 'app', { fresh: true });
    current = streamOf({ tag: '1' });
    expect([(await fresh())?.tags[0]?.state, asked()]).toEqual(['Pending', 2]);
    await Promise.all([fresh(), fresh()]);
    expect(asked()).toBe(4);
    expect([(await lookup())?.[0]?.state, asked()]).toEqual(['Pending', 4]);
  });

  it('tell of every change, when memory has it already', async () => {
    const heard: unknown[] = [];
    streams.onChange((namespace, name, stream) => {
      heard.push([namespace, name, stream?.tags[0]?.state, streams.get(namespace, name) === stream]);
    });
    watch?.write(event('ADDED', streamOf({ tag: '1' })));
    watch?.write(event('MODIFIED', streamOf({ tag: '1', recorded: 'quay.io/x/y:1', image: AAA })));
    watch?.write(event('DELETED', streamOf()));
    await eventually(() => heard.length === 3);
    expect(heard).toEqual([
      ['app', 'app', 'Pending', true],
      ['app', 'app', 'Image', true],
      ['app', 'app', undefined, true],
    ]);
  });

  it('import what they declare', () => {
    expect(streams.importing).toBe(true);
  });
});
