import type { Server } from 'node:net';

/** Ends a server at once, with all its connections; nothing happens when it does not listen. */
export async function closeServer(server: Server & { closeAllConnections(): void }): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
