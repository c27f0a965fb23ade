import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TagMovePreview } from '../../src/preview/index.ts';

/** A failure as the API server tells one. */
interface Failure {
  readonly status: 'Failure';
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: { readonly causes: readonly { readonly reason: string }[] };
}

/** What was answered: a preview or a Status, whichever the test expects. */
export interface PreviewAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Omit<TagMovePreview, 'kind' | 'apiVersion'> & Failure & { readonly kind: string };
}

/** Where previews are served, and whom to trust. */
export interface PreviewAddress {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  readonly port: number;
  readonly ca: string;
  /** What the certificate has to name; the host unless given. */
  readonly servername?: string;
}

export interface AskOptions {
  readonly token?: string;
  readonly method?: string;
}

export async function askPreview(
  { host = '127.0.0.1', port, ca, servername }: PreviewAddress,
  path: string,
  { token, method = 'GET' }: AskOptions,
): Promise<PreviewAnswer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const agent = new Agent();
  const sent = request({
    ...{ host, port, ca, agent, path, method, headers },
    ...(servername === undefined ? {} : { servername }),
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  agent.destroy();
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as PreviewAnswer['body'];
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** `KIND/NAMESPACE/NAME CONTAINER EFFECT` for each container. */
export function outlineOf({ items }: Pick<TagMovePreview, 'items'>): readonly string[] {
  return items.map(
    ({ kind, namespace, name, container, effect }) => `${kind}/${namespace}/${name} ${container} ${effect}`,
  );
}
