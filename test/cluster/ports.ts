import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PORTS_PER_SUPERVISOR } from './protocol.ts';

// Below the range from which systems take ports for outgoing connections (32768 and up).
const LOWEST = 20_000;
const BLOCKS = 700;
const BLOCK = PORTS_PER_SUPERVISOR + 1;

/**
 * Takes a block of ports: its first port is held by a listening socket, so that no second supervisor takes the same
 * block, and the kernel gives it back when this process ends, however it ends. The others are free to use.
 *
 * @returns the first free port; {@link PORTS_PER_SUPERVISOR} are free from there on
 */
export async function reservePorts(): Promise<number> {
  const start = process.pid % BLOCKS;
  for (let attempt = 0; attempt < BLOCKS; attempt += 1) {
    const first = LOWEST + ((start + attempt) % BLOCKS) * BLOCK;
    const lock = await listen(first);
    if (lock === undefined) continue;
    if (await areFree(first + 1)) return first + 1;
    lock.close();
  }
  throw new Error(`no ${BLOCK} free ports in a row between ${LOWEST} and ${LOWEST + BLOCKS * BLOCK}`);
}

async function areFree(first: number): Promise<boolean> {
  for (let port = first; port < first + PORTS_PER_SUPERVISOR; port += 1) {
    const server = await listen(port);
    if (server === undefined) return false;
    server.close();
    await once(server, 'close');
  }
  return true;
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
