import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Request, type Response, Router } from 'express';
import type { CertificatePair } from '../tls/index.ts';
import { type BodyErrorCode, readBody } from './body.ts';
import { BodyBudget } from './body-budget.ts';
import type { ReviewResponse } from './review.ts';
import type { WebhookName } from './webhook.ts';

export type ReviewHandlers = Readonly<Record<WebhookName, (body: string) => Promise<ReviewResponse>>>;

/** Twice the timeout that the webhooks are registered with. */
const longestReviewMs = 10_000;

const bodyErrors: Readonly<Record<BodyErrorCode, { readonly status: number; readonly message: string }>> = {
  UnsupportedMediaType: { status: 415, message: 'send application/json' },
  TooLarge: { status: 413, message: 'the review is larger than 8 MiB' },
  Overloaded: { status: 503, message: 'too many reviews at once; try again' },
  Aborted: { status: 400, message: 'the body ended early' },
};

/**
 * The HTTPS server that the API server calls: `POST /mutate` and `POST /validate`, TLS 1.2 and 1.3, HTTP/1.1.
 * Every connection, header and body has its limit, and closing lets what is under way finish.
 */
export class AdmissionServer {
  readonly #server: Server;
  readonly #budget = new BodyBudget();
  readonly #sockets = new Set<Duplex>();
  #cut = false;
  #draining = false;

  /** @param certificate undefined when there is none yet: until `useCertificate` every handshake fails */
  constructor(handlers: ReviewHandlers, certificate: CertificatePair | undefined) {
    const listener = this.#listener(handlers);
    this.#server = createServer(
      {
        ...(certificate && { cert: certificate.certificate, key: certificate.key }),
        minVersion: 'TLSv1.2',
        // longer than the 90 s after which the API server's client drops an idle connection, so that it is never we who cut
        keepAliveTimeout: 120_000,
        headersTimeout: 10_000,
        requestTimeout: 10_000,
        handshakeTimeout: 10_000,
      },
      listener,
    );
    this.#server.maxConnections = 512;
    this.#server.on('tlsClientError', () => {});
    // a connection is known twice, as it comes in and once its handshake is done
    for (const event of ['connection', 'secureConnection'] as const) {
      this.#server.on(event, (socket: Duplex) => this.#hold(socket));
    }
  }

  /** Serves with another certificate from the next handshake on; throws, and keeps the old one, if the pair does not match. */
  useCertificate({ certificate, key }: CertificatePair): void {
    this.#server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
  }

  /** Resolves to the port once connections are accepted; rejects when the address is taken. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(address.port, address.host, () => {
        this.#server.off('error', reject);
        // an error of a single accept is no reason to end
        this.#server.on('error', () => {});
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** From now on each connection is closed after its answer, so that clients go elsewhere by themselves. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Takes no new connection, finishes what is under way, closes each connection after its answer; then resolves. What is
   * still open after `graceMs` is cut: the API server dials connections that it may never use, and waits for no review that long.
   */
  close(graceMs = longestReviewMs): Promise<void> {
    this.drain();
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.#cutAll(), graceMs);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
  }

  #hold(socket: Duplex): void {
    if (this.#cut) socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Node's own list lacks connections that are still in their handshake. */
  #cutAll(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
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
    const review = await handle(body.text);
    this.#end(response, review.status, 'application/json', review.body);
  }

  #send(response: ServerResponse, status: number, message: string, allow?: string): void {
    if (allow !== undefined) response.setHeader('allow', allow);
    this.#end(response, status, 'text/plain; charset=utf-8', `${message}\n`);
  }

  #end(response: ServerResponse, status: number, type: string, body: string): void {
    if (response.destroyed) return;
    if (this.#draining) response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}
