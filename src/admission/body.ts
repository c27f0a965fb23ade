import type { IncomingMessage } from 'node:http';
import type { BodyBudget } from './body-budget.ts';

/** An update carries two objects of up to 3 MiB each. */
export const largestBody = 8 * 1024 * 1024;

export type BodyErrorCode = 'UnsupportedMediaType' | 'TooLarge' | 'Overloaded' | 'Aborted';

export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: BodyErrorCode };

/**
 * Reads a JSON request body of at most `limit` bytes, as long as the budget has room; what is beyond is not kept, and a cut
 * connection is no crash.
 */
export async function readBody(
  request: IncomingMessage,
  budget: BodyBudget,
  limit = largestBody,
): Promise<Body> {
  if (!isJson(request.headers['content-type'])) return failed(request, 'UnsupportedMediaType');
  if (Number(request.headers['content-length'] ?? 0) > limit) return failed(request, 'TooLarge');
  const held = { bytes: 0 };
  try {
    return await collected(request, budget, limit, held);
  } finally {
    budget.release(held.bytes);
  }
}

function collected(
  request: IncomingMessage,
  budget: BodyBudget,
  limit: number,
  held: { bytes: number },
): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const give = (code: BodyErrorCode) => {
      request.removeAllListeners('data');
      request.resume();
      resolve({ ok: false, code });
    };
    request.on('data', (chunk: Buffer) => {
      if (held.bytes + chunk.length > limit) give('TooLarge');
      else if (!budget.take(chunk.length)) give('Overloaded');
      else {
        held.bytes += chunk.length;
        chunks.push(chunk);
      }
    });
    request.on('end', () => resolve({ ok: true, text: textOf(chunks) }));
    request.on('error', () => give('Aborted'));
    request.on('close', () => resolve({ ok: false, code: 'Aborted' }));
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined
    ? only.toString('utf8')
    : Buffer.concat(chunks).toString('utf8');
}

function failed(request: IncomingMessage, code: BodyErrorCode): Body {
  request.resume();
  return { ok: false, code };
}

function isJson(contentType: string | undefined): boolean {
  const [mediaType = ''] = (contentType ?? '').split(';', 1);
  return mediaType === 'application/json' || mediaType.trim().toLowerCase() === 'application/json';
}
