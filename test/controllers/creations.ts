import type { ServerResponse } from 'node:http';
import { status } from '../cluster-client/api-server.ts';
import { json, type Received } from '../cluster-client/http-server.ts';
import { owned, type Stored } from './stored-workload.ts';

/** As far as making and deleting objects looks at a server. */
export interface ObjectServer {
  readonly lingers: boolean;
  readonly admitNew: (sent: Stored, dryRun: boolean) => Stored | undefined;
  find(path: string): Stored | undefined;
  put(path: string, object: object): Stored;
  remove(path: string): void;
}

/** Makes an object, or goes through all of it but for storing it. */
export function createObject(server: ObjectServer, { url, body }: Received, response: ServerResponse): void {
  const sent = JSON.parse(body) as Stored;
  const { name, generateName } = sent.metadata as { readonly name?: string; readonly generateName?: string };
  const path = `${url.pathname}/${name ?? `${generateName}x`}`;
  const dryRun = url.searchParams.has('dryRun');
  const admitted = server.admitNew(structuredClone(sent), dryRun);
  if (admitted === undefined) json(response, 403, status(403, 'Forbidden'));
  else if (server.find(path) !== undefined) json(response, 409, status(409, 'AlreadyExists'));
  else if (dryRun) json(response, 201, admitted);
  else {
    const manager = url.searchParams.get('fieldManager') ?? 'unknown';
    json(response, 201, server.put(path, owned(admitted, {}, manager)));
  }
}

/** Deletes an object that is still the one that is meant; in the foreground it may linger. */
export function deleteObject(server: ObjectServer, { url, body }: Received, response: ServerResponse): void {
  const { preconditions = {}, propagationPolicy } = JSON.parse(body || '{}') as {
    readonly preconditions?: Readonly<Record<string, string>>;
    readonly propagationPolicy?: string;
  };
  const stored = server.find(url.pathname);
  if (stored === undefined) {
    json(response, 404, status(404, 'NotFound'));
    return;
  }
  const { metadata } = stored;
  if (Object.entries(preconditions).some(([field, value]) => metadata[field] !== value)) {
    json(response, 409, status(409, 'Conflict'));
    return;
  }
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const lingers = server.lingers && propagationPolicy === 'Foreground';
  if (lingers) server.put(url.pathname, { ...stored, metadata: { ...metadata, deletionTimestamp } });
  else server.remove(url.pathname);
  json(response, 200, stored);
}
