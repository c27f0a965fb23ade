import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import { type AcceptedClients, type CertificatePair, HttpsServer } from '../tls/index.ts';
import { type BodyErrorCode, readBody } from './body.ts';
import { BodyBudget } from './body-budget.ts';
import type { ReviewHandler } from './review.ts';
import type { WebhookName } from './webhook.ts';

export type ReviewHandlers = Readonly<Record<WebhookName, ReviewHandler>>;

/** Twice the timeout that the webhooks are registered with. */
const longestReviewMs = 10_000;

const bodyErrors: Readonly<Record<BodyErrorCode, { readonly status: number; readonly message: string }>> = {
  UnsupportedMediaType: { status: 415, message: 'send application/json' },
  TooLarge: { status: 413, message: 'the review is larger than 8 MiB' },
  Overloaded: { status: 503, message: 'too many reviews at once; try again' },
  Aborted: { status: 400, message: 'the body ended early' },
};

/** The HTTPS server that the API server calls: `POST /mutate` and `POST /validate`. */
export class AdmissionServer {
  readonly #server: HttpsServer;
  readonly #budget = new BodyBudget();

  /**
   * @param certificate undefined when there is none yet: until `useCertificate` every handshake fails
   * @param clients who may ask; everybody if undefined
   */
  constructor(handlers: ReviewHandlers, certificate: CertificatePair | undefined, clients?: AcceptedClients) {
    this.#server = new HttpsServer({
      listener: this.#listener(handlers),
      certificate,
      // longer than the 90 s after which the API server's client drops an idle connection, so that it is never we who cut
      keepAliveMs: 120_000,
      maxConnections: 512,
      clients,
    });
  }

  /** Serves with another certificate from the next handshake on; throws, and keeps the old one, if the pair does not match. */
  useCertificate(pair: CertificatePair): void {
    this.#server.useCertificate(pair);
  }

  /** Takes clients of other authorities from the next handshake on; only where `clients` were given. */
  useAuthorities(authorities: string): void {
    this.#server.useAuthorities(authorities);
  }

  /** Resolves to the port once connections are accepted; rejects when the address is taken. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number> {
    return this.#server.listen(address);
  }

  /** From now on each connection is closed after its answer, so that clients go elsewhere by themselves. */
  drain(): void {
    this.#server.drain();
  }

  /** Finishes what is under way; no review that the API server still waits for takes longer than `graceMs`. */
  close(graceMs = longestReviewMs): Promise<void> {
    return this.#server.close(graceMs);
  }

  /** Express's router without its application, which gives every request another prototype: a tenth of the throughput. */
  #listener(handlers: ReviewHandlers): RequestListener {
    const router = Router();
    for (const webhook of ['mutate', 'validate'] as const) {
      router.post(`/${webhook}`, (request, response) => this.#serve(handlers[webhook], request, response));
      router.all(`/${webhook}`, (_, response) =>
        this.#send(response, 405, 'only POST is served here', 'POST'),
      );
    }
    return (request, response) =>
      router(request as Request, response as Response, (error?: unknown) =>
        error === undefined
          ? this.#send(response, 404, 'only /mutate and /validate are served')
          : this.#send(response, 500, 'the review could not be answered'),
      );
  }

  async #serve(
    handle: ReviewHandlers[WebhookName],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request, this.#budget);
    if (!body.ok) {
      const { status, message } = bodyErrors[body.code];
      response.setHeader('connection', 'close');
      this.#send(response, status, message);
      return;
    }
    const review = await handle(body.text, request.headers);
    this.#end(response, review.status, 'application/json', review.body);
  }

  #send(response: ServerResponse, status: number, message: string, allow?: string): void {
    if (allow !== undefined) response.setHeader('allow', allow);
    this.#end(response, status, 'text/plain; charset=utf-8', `${message}\n`);
  }

  #end(response: ServerResponse, status: number, type: string, body: string): void {
    this.#server.answer(response, { status, headers: { 'content-type': type }, body });
  }
}
