import type { ApiClient } from './client.ts';
import { ApiError, isApiError } from './error.ts';
import { asObject, asText } from './json.ts';

/** How to list a collection. */
export interface ListOptions {
  readonly path: string;
  /** `labelSelector`, `fieldSelector`. */
  readonly query: Readonly<Record<string, string>>;
  /** Objects in a page; halved when a page turns out to be larger than `maxBytes`. */
  readonly pageSize: number;
  readonly maxBytes: number;
  /** Time for one page. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onItem: (item: unknown) => void;
}

/**
 * Reads a collection page by page and returns the resource version to watch from. Always the newest state:
 * without a resource version the server may not answer from an old cache, so nothing ever goes back in time.
 * An expired continue token is an ApiError `Gone`: what was handed over so far is to be thrown away.
 */
export async function listPages(client: ApiClient, options: ListOptions): Promise<string> {
  let limit = options.pageSize;
  let resourceVersion: string | undefined;
  let next: string | undefined;
  do {
    const page = await readPage(client, options, limit, next);
    if (page === undefined) {
      limit = Math.floor(limit / 2);
      continue;
    }
    // All pages show the state of the first one.
    resourceVersion ??= page.resourceVersion;
    next = page.next;
    page.items.forEach(options.onItem);
  } while (resourceVersion === undefined || next !== undefined);
  return resourceVersion;
}

interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  readonly next: string | undefined;
}

/** `undefined` when the page is too large and can be made smaller. */
async function readPage(
  client: ApiClient,
  options: ListOptions,
  limit: number,
  next: string | undefined,
): Promise<Page | undefined> {
  const { path, timeoutMs, maxBytes, signal } = options;
  const query = { ...options.query, limit: String(limit), ...(next !== undefined && { continue: next }) };
  try {
    return pageOf(await client.get(path, { query, timeoutMs, maxBytes, signal }), path);
  } catch (error) {
    if (isApiError(error, 'TooLarge') && limit > 1) return undefined;
    throw error;
  }
}

function pageOf(body: unknown, path: string): Page {
  const list = asObject(body);
  const metadata = asObject(list['metadata']);
  const resourceVersion = asText(metadata['resourceVersion']);
  // A list without items may carry null or nothing there.
  const items = list['items'] ?? [];
  if (resourceVersion === undefined || !Array.isArray(items)) {
    throw new ApiError('BadResponse', `The answer to GET ${path} is not a Kubernetes list.`);
  }
  return { items, resourceVersion, next: asText(metadata['continue']) };
}
