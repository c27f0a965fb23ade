import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with an answer. */
export type Fault =
  /** An answer of the proxy's own. */
  | {
      readonly kind: 'Answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Sends the client to the same path of another server; only those who show credentials, others are asked for them. */
  | { readonly kind: 'Redirect'; readonly to: string }
  /** The registry's answer, so much later. */
  | { readonly kind: 'Late'; readonly ms: number }
  /** No answer at all; the connection stays open. */
  | { readonly kind: 'Silent' }
  /** The head and half of the body, then nothing more; the connection stays open. */
  | { readonly kind: 'StalledBody' }
  /** The head and half of the body, then the connection ends. */
  | { readonly kind: 'CutBody' }
  /** A body of the right length and type with other content. */
  | { readonly kind: 'WrongBody' }
  /** The head of the registry and a body without end, in chunks without a length. */
  | { readonly kind: 'HugeBody'; readonly bytes: number }
  /** The connection ends before an answer. */
  | { readonly kind: 'Reset' };

/** The registry's answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const CHUNK = Buffer.alloc(65_536, ' ');

/** Answers a request with a fault; `answer` asks the registry itself. */
export async function answerWith(
  fault: Fault,
  { url = '/', headers: { authorization } }: IncomingMessage,
  response: ServerResponse,
  answer: () => Promise<Answer>,
): Promise<void> {
  switch (fault.kind) {
    case 'Redirect':
      if (authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="test registry"' }).end();
      } else {
        response.writeHead(307, { location: `${fault.to}${url}` }).end();
      }
      return;
    case 'Answer':
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'Late':
      await sleep(fault.ms);
      send(response, await answer());
      return;
    case 'Silent':
      return;
    case 'Reset':
      response.destroy();
      return;
    case 'HugeBody': {
      const { status, headers } = await answer();
      const { 'content-length': _length, ...rest } = headers;
      response.writeHead(status, rest);
      await flood(response, fault.bytes);
      return;
    }
    default:
      damage(fault.kind, response, await answer());
  }
}

/** Passes the registry's answer on as it is. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function damage(
  kind: 'StalledBody' | 'CutBody' | 'WrongBody',
  response: ServerResponse,
  { status, headers, body }: Answer,
): void {
  response.writeHead(status, headers);
  if (body.length === 0) {
    response.end();
  } else if (kind === 'WrongBody') {
    // still JSON of the same shape: one digit of a digest is another
    response.end(
      body.toString('utf8').replace(/sha256:./, (found) => (found.endsWith('0') ? 'sha256:1' : 'sha256:0')),
    );
  } else {
    const half = body.subarray(0, Math.ceil(body.length / 2));
    response.write(half, () => {
      if (kind === 'CutBody') response.destroy();
    });
  }
}

async function flood(response: ServerResponse, bytes: number): Promise<void> {
  const chunks = function* () {
    for (let sent = 0; sent < bytes; sent += CHUNK.length) yield CHUNK;
  };
  // a client that hangs up is what is hoped for
  await pipeline(Readable.from(chunks()), response).catch(() => undefined);
}
