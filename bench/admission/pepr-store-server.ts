import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/**
 * Answers whatever pepr asks an API server about its own store, without which it serves nothing. Argument: the directory of
 * `tls.crt` and `tls.key`. Writes its port to standard output.
 */
const [directory = ''] = process.argv.slice(2);

const server = createServer(
  { cert: readFileSync(join(directory, 'tls.crt')), key: readFileSync(join(directory, 'tls.key')) },
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://api');
    const name = pathname.split('/peprstores/')[1] ?? '';
    response.setHeader('content-type', 'application/json');
    if (searchParams.has('watch')) {
      response.write(`${JSON.stringify({ type: 'ADDED', object: store(watched(searchParams)) })}\n`);
    } else if (name === '') {
      const items = [store(watched(searchParams))];
      const metadata = { resourceVersion: '1' };
      response.end(JSON.stringify({ kind: 'PeprStoreList', apiVersion: 'pepr.dev/v1', metadata, items }));
    } else {
      response.end(JSON.stringify(store(name)));
    }
  },
);

function watched(search: URLSearchParams): string {
  return search.get('fieldSelector')?.replace('metadata.name=', '') ?? '';
}

function store(name: string): object {
  const metadata = { name, namespace: 'pepr-system', uid: name, resourceVersion: '1', labels: {} };
  return { kind: 'PeprStore', apiVersion: 'pepr.dev/v1', metadata, data: {} };
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
