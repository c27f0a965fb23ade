import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stream, streamCount } from './streams.ts';

/**
 * Stands for an API server that holds the streams of `streams.ts`: a paged list, and a watch on which ten streams change in
 * every second. Argument: the directory of `tls.crt` and `tls.key`. Writes its port to standard output.
 */
const [directory = ''] = process.argv.slice(2);
const changesPerSecond = 10;
const watchers = new Set<ServerResponse>();
let resourceVersion = streamCount;

const server = createServer(
  { cert: readFileSync(join(directory, 'tls.crt')), key: readFileSync(join(directory, 'tls.key')) },
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://api');
    response.setHeader('content-type', 'application/json');
    if (pathname !== '/apis/image.openshift.io/v1/imagestreams') {
      response.writeHead(404).end(JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound' }));
    } else if (searchParams.get('watch') === 'true') {
      response.flushHeaders();
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
    } else {
      response.end(page(Number(searchParams.get('continue') ?? 0), Number(searchParams.get('limit') ?? 500)));
    }
  },
);

function page(start: number, limit: number): string {
  const end = Math.min(start + limit, streamCount);
  const items = Array.from({ length: end - start }, (_, index) => stream(start + index, start + index));
  const metadata = {
    resourceVersion: String(resourceVersion),
    ...(end < streamCount && { continue: String(end) }),
  };
  return JSON.stringify({ kind: 'ImageStreamList', apiVersion: 'image.openshift.io/v1', metadata, items });
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

for (;;) {
  await sleep(1000 / changesPerSecond);
  resourceVersion += 1;
  const object = stream((resourceVersion * 7919) % streamCount, resourceVersion, resourceVersion);
  for (const watcher of watchers) watcher.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
}
