import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Method } from './call.ts';
import type { Credentials } from './connection.ts';

// An import of node:http reads all its exports and so loads Node's own fetch and WebSocket: 8 MiB for nothing.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule('node:http');

/** A request, ready to be sent. */
export interface Outgoing {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

/** The connection was closed on a request that nobody may have read: it can be sent again. */
export class StaleConnection extends Error {}

const agentOptions = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets: 64, maxFreeSockets: 64 };

/** Kept-alive connections to one API server. Rotated certificates get new ones: they are part of an agent's key. */
export class Exchange {
  readonly #http = new HttpAgent(agentOptions);
  readonly #https = new HttpsAgent(agentOptions);

  /** Resolves with the head of the response; its body is still to be read. */
  send(outgoing: Outgoing): Promise<IncomingMessage> {
    const { url, credentials, body } = outgoing;
    const secure = url.protocol === 'https:';
    const options: RequestOptions = {
      ...urlToHttpOptions(url),
      ...(secure ? credentials.tls : {}),
      method: outgoing.method,
      headers: { ...outgoing.headers, ...credentials.headers },
      agent: credentials.agent ?? (secure ? this.#https : this.#http),
      signal: outgoing.signal,
    };
    return new Promise((resolve, reject) => {
      const request = secure ? httpsRequest(options, resolve) : httpRequest(options, resolve);
      request.on('error', (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(stale ? new StaleConnection(error.message) : error);
      });
      request.end(body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

/** A response body is larger than allowed. */
export class BodyTooLarge extends Error {}

/** Reads a body to its end. Rejects with BodyTooLarge beyond `maxBytes`, or with the connection's error. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLarge(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}
