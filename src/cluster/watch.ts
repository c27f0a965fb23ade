import type { ApiClient } from './client.ts';
import { ApiError } from './error.ts';
import { asObject, asText } from './json.ts';
import { LineDecoder, LineTooLong } from './lines.ts';
import { type KubernetesObject, kubernetesObject } from './object.ts';
import { statusError } from './status.ts';

/** Largest event; an etcd object has at most some megabytes. */
const defaultMaxLineBytes = 16 * 1024 * 1024;

/** One event of a watch; an ERROR event is thrown instead. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  | { readonly type: 'UNKNOWN'; readonly name: string };

/** How to watch a collection. */
export interface WatchOptions {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
  /** After this the server ends the watch. */
  readonly timeoutSeconds: number;
  /** Longest time without a byte. */
  readonly silenceMs: number;
  readonly maxLineBytes?: number | undefined;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  readonly onEvent: (event: WatchEvent) => void;
}

/**
 * Watches until the server ends it. Rejects with an ApiError for everything else: `Gone` when the resource version
 * is too old, `Timeout` on silence, `Unreachable` on a lost connection, `BadResponse` for a line that is no event.
 */
export async function watchOnce(client: ApiClient, options: WatchOptions): Promise<void> {
  const decoder = new LineDecoder(options.maxLineBytes ?? defaultMaxLineBytes);
  const query = {
    ...options.query,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: options.resourceVersion,
    timeoutSeconds: String(options.timeoutSeconds),
  };
  const { silenceMs, signal, onOpen, path } = options;
  try {
    for await (const chunk of client.stream(path, { query, silenceMs, signal, onOpen })) {
      for (const line of decoder.push(chunk)) options.onEvent(decode(line, path));
    }
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    throw new ApiError(
      'TooLarge',
      `An event of the watch on ${path} is larger than allowed: ${error.message}.`,
    );
  }
  // A line without its end is dropped: the next watch starts before it.
}

function decode(line: string, path: string): WatchEvent {
  const event = asObject(parse(line));
  const type = asText(event['type']);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const object = kubernetesObject(event['object']);
      if (object !== undefined) return { type, object };
      break;
    }
    case 'BOOKMARK': {
      const resourceVersion = asText(asObject(asObject(event['object'])['metadata'])['resourceVersion']);
      if (resourceVersion !== undefined) return { type, resourceVersion };
      break;
    }
    case 'ERROR':
      throw statusError(`the watch on ${path}`, event['object']);
    case undefined:
      break;
    default:
      return { type: 'UNKNOWN', name: type.slice(0, 50) };
  }
  throw new ApiError('BadResponse', `The watch on ${path} sent a line that is not a watch event.`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
