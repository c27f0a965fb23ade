import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import type { Logger } from '../telemetry/index.ts';
import { type CertificatePair, HttpsServer } from '../tls/index.ts';
import { broken, PreviewError } from './error.ts';
import type { PreviewMetrics } from './metrics.ts';
import type { PreviewService } from './service.ts';

export interface PreviewServerOptions {
  readonly service: Pick<PreviewService, 'answer'>;
  /** Undefined when there is none yet: until `useCertificate` every handshake fails. */
  readonly certificate: CertificatePair | undefined;
  readonly metrics: PreviewMetrics;
  readonly logger: Logger;
}

const route = '/preview/namespaces/:namespace/imagestreamtags/:name';
const graceMs = 2_000;

/** The HTTPS server for `GET /preview/namespaces/NAMESPACE/imagestreamtags/STREAM:TAG`: tokens never cross the network in clear. */
export class PreviewServer {
  readonly #options: PreviewServerOptions;
  readonly #server: HttpsServer;

  constructor(options: PreviewServerOptions) {
    this.#options = options;
    const { certificate } = options;
    this.#server = new HttpsServer({
      listener: this.#listener(),
      certificate,
      keepAliveMs: 15_000,
      maxConnections: 64,
    });
  }

  /** Serves with another certificate from the next handshake on; throws, and keeps the old one, if the pair does not match. */
  useCertificate(pair: CertificatePair): void {
    this.#server.useCertificate(pair);
  }

  /** Resolves to the port once connections are accepted; rejects when the address is taken. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number> {
    return this.#server.listen(address);
  }

  /** Finishes what is under way, for a short while. */
  close(): Promise<void> {
    return this.#server.close(graceMs);
  }

  #listener(): RequestListener {
    const router = Router();
    router.get(route, (request, response) => this.#serve(request, response));
    router.all(route, (_, response) => {
      response.setHeader('allow', 'GET');
      this.#fail(response, new PreviewError('WrongMethod', 'only GET is served here'));
    });
    return (request, response) => {
      // nobody reads a body here
      request.resume();
      router(request as Request, response as Response, (error?: unknown) =>
        this.#fail(response, unrouted(error)),
      );
    };
  }

  async #serve(request: Request, response: ServerResponse): Promise<void> {
    const { metrics } = this.#options;
    const started = performance.now();
    const { namespace = '', name = '' } = request.params as Readonly<Record<string, string>>;
    try {
      const { authorization } = request.headers;
      const answer = await this.#options.service.answer({
        authorization,
        namespace,
        name,
        query: queryOf(request),
      });
      metrics.answered('OK', (performance.now() - started) / 1000);
      this.#send(response, 200, answer);
    } catch (error) {
      this.#fail(
        response,
        error instanceof PreviewError ? error : broken(error),
        (performance.now() - started) / 1000,
      );
    }
  }

  #fail(response: ServerResponse, error: PreviewError, seconds = 0): void {
    const { metrics, logger } = this.#options;
    const { code, status, message, cause } = error;
    metrics.answered(code, seconds);
    if (status >= 500) logger.warn({ code, err: cause }, message);
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    if (status === 429 || status === 503) response.setHeader('retry-after', '1');
    this.#send(response, status, error.body);
  }

  #send(response: ServerResponse, status: number, body: object): void {
    this.#server.answer(response, {
      status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
      body: JSON.stringify(body),
    });
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark));
}

/** What the router could not make anything of: a path that is not served, or one that cannot be decoded. */
function unrouted(error: unknown): PreviewError {
  return error === undefined
    ? new PreviewError(
        'NoSuchPath',
        'only /preview/namespaces/NAMESPACE/imagestreamtags/STREAM:TAG is served',
      )
    : new PreviewError('BadQuestion', 'the path cannot be decoded', { cause: error });
}
