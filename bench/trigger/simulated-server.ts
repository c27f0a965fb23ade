import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encodeTriggerStatus, triggerStatusAnnotation } from '../../src/triggers/index.ts';
import { deployment } from '../admission/reviews.ts';
import { emptyDeployment } from '../idle-workloads.ts';
import {
  followerOf,
  followers,
  image,
  namespace,
  storedStream,
  streamName,
  tagFollowedBy,
  tagOf,
} from './workloads.ts';

/**
 * Stands for an API server with Deployments that follow tags, and for the webhook that sets their images: paged lists, watches, the
 * controller's patches, its Lease and its Events. `POST /bench/moves/COUNT` moves the tag with so many followers and answers when
 * they all have its image. Arguments: the directory of `tls.crt` and `tls.key`, the number of Deployments. Writes its port to
 * standard output.
 */
const [directory = '', size = '0'] = process.argv.slice(2);
const count = Number(size);
const collections = {
  workloads: '/apis/apps/v1/deployments',
  streams: '/apis/image.openshift.io/v1stored/imagestreams',
} as const;

type Collection = keyof typeof collections;

const watchers = { workloads: new Set<ServerResponse>(), streams: new Set<ServerResponse>() };
const leases = new Map<string, object>();
/** Of tags that have moved: which image they point to. */
const numbers = new Map<string, number>();
/** What the controller has written: trigger-status and version, by the number of the Deployment. */
const written = new Map<number, { readonly status: string; readonly version: number }>();
const requests = new Map<string, number>();
let version = count + 1;
let move: { readonly waiting: Set<number>; readonly target: string; readonly done: () => void } | undefined;

interface Status {
  readonly containers: { readonly web: { readonly image: string } };
}

function workload(index: number) {
  const change = written.get(index);
  const tag = tagOf(index);
  const first = { tag: `${streamName}:${tag}`, image: image(tag, 0), at: '2026-11-23T08:00:00Z' };
  const status = change?.status ?? encodeTriggerStatus({ containers: new Map([['web', first]]) }) ?? '';
  const { containers } = JSON.parse(status) as Status;
  const object = emptyDeployment(followerOf(index, containers.web.image));
  const { annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...annotations, [triggerStatusAnnotation]: status },
      uid: `5d6f0c1e-6393-11e8-b7cc-${String(index).padStart(12, '0')}`,
      resourceVersion: String(change?.version ?? index + 1),
      generation: change === undefined ? 1 : 2,
      creationTimestamp: '2026-11-23T08:00:00Z',
      managedFields: deployment(0).metadata.managedFields,
    },
    status: { observedGeneration: 1 },
  };
}

function stream() {
  const object = storedStream(numbers);
  return { ...object, metadata: { ...object.metadata, uid: 'stream', resourceVersion: String(version) } };
}

function page(collection: Collection, start: number, limit: number): object {
  if (collection === 'streams') return list([stream()]);
  const end = Math.min(start + limit, count);
  const items = Array.from({ length: end - start }, (_, index) => workload(start + index));
  return list(items, end < count ? String(end) : undefined);
}

function list(items: readonly object[], next?: string): object {
  const metadata = { resourceVersion: String(version), ...(next === undefined ? {} : { continue: next }) };
  return { kind: 'List', apiVersion: 'v1', metadata, items };
}

function tell(collection: Collection, object: object): void {
  const line = `${JSON.stringify({ type: 'MODIFIED', object })}\n`;
  for (const watcher of watchers[collection]) watcher.write(line);
}

function watch(collection: Collection, response: ServerResponse): void {
  response.flushHeaders();
  watchers[collection].add(response);
  response.on('close', () => watchers[collection].delete(response));
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: string;
}

/** The Deployment takes the image that trigger-status names, as the webhook would have it. */
function patch(index: number, operations: readonly Operation[]): object {
  const path = `/metadata/annotations/${triggerStatusAnnotation.replace('/', '~1')}`;
  const status = operations.find((each) => each.op === 'add' && each.path === path)?.value ?? '';
  version += 1;
  written.set(index, { status, version });
  const object = workload(index);
  tell('workloads', object);
  const { containers } = JSON.parse(status) as Status;
  if (move !== undefined && containers.web.image === move.target) {
    move.waiting.delete(index);
    if (move.waiting.size === 0) move.done();
  }
  return object;
}

async function moved(followersOfTag: number): Promise<object> {
  const tag = tagFollowedBy(followersOfTag);
  const number = (numbers.get(tag) ?? 0) + 1;
  numbers.set(tag, number);
  version += 1;
  const start = followers.slice(0, followers.indexOf(followersOfTag)).reduce((sum, each) => sum + each, 0);
  const waiting = new Set(Array.from({ length: followersOfTag }, (_, index) => start + index));
  requests.clear();
  const all = Promise.withResolvers<void>();
  move = { waiting, target: image(tag, number), done: all.resolve };
  const startedAt = performance.now();
  tell('streams', stream());
  await all.promise;
  return { ms: performance.now() - startedAt, requests: Object.fromEntries(requests) };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://api');
  const { method = '' } = request;
  const send = (body: object, status = 200) => response.writeHead(status).end(JSON.stringify(body));
  const collection = (Object.keys(collections) as Collection[]).find(
    (each) => collections[each] === pathname,
  );
  response.setHeader('content-type', 'application/json');
  if (collection !== undefined) {
    if (searchParams.get('watch') === 'true') watch(collection, response);
    else send(page(collection, Number(searchParams.get('continue') ?? 0), Number(searchParams.get('limit'))));
    return;
  }
  if (pathname === '/apis/apps/v1') {
    send({ kind: 'APIResourceList', resources: [{ name: 'deployments' }] });
    return;
  }
  if (method === 'GET') {
    const lease = leases.get(pathname);
    send(lease ?? { kind: 'Status', code: 404, reason: 'NotFound' }, lease === undefined ? 404 : 200);
    return;
  }
  if (pathname.startsWith('/bench/moves/')) {
    send(await moved(Number(pathname.split('/').at(-1))));
    return;
  }
  const body = await bodyOf(request);
  const resource = pathname.split('/namespaces/')[1]?.split('/')[1] ?? '';
  const kind = resource === 'leases' ? '' : `${method} ${resource}`;
  if (kind !== '') requests.set(kind, (requests.get(kind) ?? 0) + 1);
  const index = Number(pathname.split(`/namespaces/${namespace}/deployments/workload-`)[1]);
  if (method === 'PATCH' && !Number.isNaN(index)) send(patch(index, body as readonly Operation[]));
  else if (resource === 'leases') send(stored(pathname, body as LeaseBody));
  else send(body as object, 201);
}

interface LeaseBody {
  readonly metadata: { readonly name: string };
}

function stored(pathname: string, body: LeaseBody): object {
  const { name } = body.metadata;
  version += 1;
  const lease = { ...body, metadata: { ...body.metadata, uid: name, resourceVersion: String(version) } };
  leases.set(pathname.endsWith(`/${name}`) ? pathname : `${pathname}/${name}`, lease);
  return lease;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const tls = { cert: readFileSync(join(directory, 'tls.crt')), key: readFileSync(join(directory, 'tls.key')) };
const server = createServer(tls, (request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
