import { get as getPlain, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestCluster } from '../cluster.ts';
import { CLUSTER_SOCKET } from '../control-plane.ts';

/**
 * Gets a page from an address of the cluster, on the way that the API server takes. One connection a request.
 *
 * @throws Error when there is no way, or the answer is no success
 */
export async function clusterGet(cluster: TestCluster, authority: string, path = '/'): Promise<string> {
  const socket = await open(join(cluster.directory, CLUSTER_SOCKET), authority);
  const settings = { path, headers: { host: authority }, createConnection: () => socket };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    getPlain(settings, resolve).once('error', reject);
  });
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`${authority}${path}: ${response.statusCode} ${body}`);
  return body;
}

function open(socketPath: string, authority: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'CONNECT', path: authority, agent: false });
    asked.once('connect', (response: IncomingMessage, socket: Socket) => {
      if (response.statusCode === 200) resolve(socket);
      else reject(new Error(`CONNECT ${authority}: ${response.statusCode}`));
    });
    asked.once('error', reject).end();
  });
}
