/** What runs in the pods of these tests: says where and what it is, reads its files, and becomes unready or ends when asked to. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { ApiClient, connect } from '../../../src/cluster/index.ts';

const { POD_IP = '', POD_NAME = '', VERSION = '', DRAIN_MS = '0', PORT = '8080' } = process.env;
let ready = true;

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pod');
  const path = searchParams.get('path') ?? '';
  try {
    switch (pathname) {
      case '/':
        return response.end(JSON.stringify({ pod: POD_NAME, host: hostname(), version: VERSION }));
      case '/ready':
        return response.writeHead(ready ? 200 : 503).end();
      case '/become':
        ready = searchParams.get('ready') === 'true';
        return response.end();
      case '/hang':
        return undefined;
      case '/env':
        return response.end(JSON.stringify(process.env));
      case '/read':
        return response.end(readFileSync(path));
      case '/write':
        writeFileSync(path, 'written');
        return response.end('ok');
      case '/whoami':
        return response.end(JSON.stringify(await whoAmI()));
      case '/exit':
        return process.exit(Number(searchParams.get('code')));
      default:
        return response.writeHead(404).end();
    }
  } catch (error) {
    return response.writeHead(500).end((error as Error).message);
  }
});
server.listen(Number(PORT), POD_IP, () => console.log(`listening on ${POD_IP}:${PORT}`));

process.on('SIGTERM', () => {
  console.log('SIGTERM');
  setTimeout(() => {
    console.log('drained');
    process.exit(0);
  }, Number(DRAIN_MS));
});

async function whoAmI(): Promise<unknown> {
  const client = new ApiClient({ connection: await connect(), userAgent: 'pod' });
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    return await client.create('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
  } finally {
    client.close();
  }
}
