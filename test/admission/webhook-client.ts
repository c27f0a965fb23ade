import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AdmissionRequest } from '../../src/admission/index.ts';
import type { Webhook } from './webhook-fixture.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** The AdmissionReview that comes back, `admission.k8s.io/v1`. */
export interface AnsweredReview {
  readonly apiVersion: string;
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patchType?: string;
    readonly patch?: string;
    readonly warnings?: readonly string[];
    readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  };
}

export interface Call extends RequestOptions {
  readonly body?: string | Buffer;
}

const json: OutgoingHttpHeaders = { 'content-type': 'application/json' };

/** One HTTPS request to the webhook, with its CA; a POST of JSON unless told. */
export async function call(
  { port, ca }: Webhook,
  path: string,
  { body, ...options }: Call = {},
): Promise<HttpAnswer> {
  const sent = request({
    host: '127.0.0.1',
    port,
    ca,
    path,
    method: 'POST',
    headers: json,
    agent: false,
    ...options,
  });
  sent.end(body);
  return await answerTo(sent);
}

/** Collects the answer to a request that is being sent. */
export async function answerTo(sent: ReturnType<typeof request>): Promise<HttpAnswer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** The AdmissionReview that the API server sends for a request. */
export function reviewOf(admission: AdmissionRequest): string {
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: admission });
}

/** Posts a review as the API server does, timeout in the query and all, and reads the answer. */
export async function review(
  webhook: Webhook,
  name: 'mutate' | 'validate',
  admission: AdmissionRequest,
  options: Call = {},
): Promise<AnsweredReview['response']> {
  const answer = await call(webhook, `/${name}?timeout=5s`, { body: reviewOf(admission), ...options });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  const { apiVersion, kind, response } = JSON.parse(answer.text) as AnsweredReview;
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') throw new Error(answer.text);
  return response;
}

export function patchOf({ patch }: AnsweredReview['response']): unknown {
  return patch === undefined ? undefined : JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
}

export function keepAliveAgent(webhook: Webhook): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1, ca: webhook.ca });
}
