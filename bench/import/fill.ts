import { type ApiClient, resourcePath } from '../../src/cluster/index.ts';
import { imageStreamGroup } from '../../src/imagestream/index.ts';
import { namespaceOf, namespacesOf, storedStream } from './streams.ts';

const parallel = 32;

export interface FillOptions {
  readonly admin: ApiClient;
  /** Of the account that may write `v1stored`. */
  readonly controller: ApiClient;
  /** Of the registry that the streams name. */
  readonly host: string;
  /** Streams that are there already, and how many there are to be. */
  readonly from: number;
  readonly to: number;
}

/** Writes streams into a cluster as their controller would have left them. */
export async function fill({ admin, controller, host, from, to }: FillOptions): Promise<void> {
  const known = new Set(from === 0 ? [] : namespacesOf(from));
  const missing = namespacesOf(to).filter((name) => !known.has(name));
  const namespaces = resourcePath({ version: 'v1', resource: 'namespaces' });
  await each(missing, (name) =>
    admin.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  );
  const indexes = Array.from({ length: to - from }, (_, index) => from + index);
  await each(indexes, (index) =>
    controller.create(streamsPath(namespaceOf(index)), storedStream(host, index), { timeoutMs: 60_000 }),
  );
}

/** The path of the stored streams of a namespace. */
export function streamsPath(namespace: string): string {
  return resourcePath({
    group: imageStreamGroup,
    version: 'v1stored',
    resource: 'imagestreams',
    namespace,
  });
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.toReversed();
  const worker = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
