import type { IncomingMessage } from 'node:http';

/** An update carries two objects of up to 3 MiB each. */
export const largestBody = 8 * 1024 * 1024;

export type BodyErrorCode = 'UnsupportedMediaType' | 'TooLarge' | 'Aborted';

export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: BodyErrorCode };

/** Reads a JSON request body of at most `limit` bytes; what is beyond is not kept, and a cut connection is no crash. */
export function readBody(request: IncomingMessage, limit = largestBody): Promise<Body> {
  if (!isJson(request.headers['content-type'])) return failed(request, 'UnsupportedMediaType');
  if (Number(request.headers['content-length'] ?? 0) > limit) return failed(request, 'TooLarge');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve({ ok: false, code: 'TooLarge' });
    });
    request.on('end', () => resolve({ ok: true, text: textOf(chunks) }));
    request.on('error', () => resolve({ ok: false, code: 'Aborted' }));
    request.on('close', () => resolve({ ok: false, code: 'Aborted' }));
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined
    ? only.toString('utf8')
    : Buffer.concat(chunks).toString('utf8');
}

function failed(request: IncomingMessage, code: BodyErrorCode): Promise<Body> {
  request.resume();
  return Promise.resolve({ ok: false, code });
}

function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || contentType?.startsWith('application/json;') === true;
}
