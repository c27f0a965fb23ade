import { AccessReviews, ApiClient, type Connection, TokenReviews } from '../cluster/index.ts';
import type { TriggerPreviewsOptions } from '../controllers/index.ts';
import { PreviewMetrics, PreviewServer, PreviewService } from '../preview/index.ts';
import type { Logger, Registry } from '../telemetry/index.ts';
import { CertificateWatch, providedCertificate } from '../tls/index.ts';
import { listeningError } from './listening-error.ts';
import { ownCertificate } from './own-certificate.ts';
import type { PreviewOptions } from './preview-options.ts';
import { UsageError } from './usage-error.ts';
import { userAgent } from './version.ts';

/** Whoever asks waits, and asks again. */
const reviewTimeoutMs = 3_000;

export interface PreviewProcessOptions {
  readonly options: PreviewOptions & { readonly triggers: boolean };
  readonly connection: Connection;
  /** What is known of the cluster; undefined until all of it has been listed. */
  readonly known: () => TriggerPreviewsOptions | undefined;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Previews, served beside the controller's work. */
export class PreviewProcess {
  readonly #server: PreviewServer;
  readonly #certificate: CertificateWatch;
  readonly #client: ApiClient;

  private constructor(server: PreviewServer, certificate: CertificateWatch, client: ApiClient) {
    this.#server = server;
    this.#certificate = certificate;
    this.#client = client;
  }

  /** Undefined when no certificate was given to serve with. @throws UsageError, TlsError */
  static async start(options: PreviewProcessOptions): Promise<PreviewProcess | undefined> {
    const { connection, known, registry, logger } = options;
    const certificate = await certificateOf(options.options, logger);
    if (certificate === undefined) return undefined;
    // connections of its own: reviews for those who ask must not wait for, nor hold up, the controller's work
    const client = new ApiClient({ connection, userAgent, timeoutMs: reviewTimeoutMs });
    const tokens = new TokenReviews({ client, audiences: options.options.previewAudience });
    const service = new PreviewService({ known, access: new AccessReviews({ client }), tokens });
    const metrics = new PreviewMetrics(registry);
    const server = new PreviewServer({ service, certificate: certificate.current, metrics, logger });
    certificate.onChange((pair) => server.useCertificate(pair));
    const preview = new PreviewProcess(server, certificate, client);
    await preview.#listen(options.options, logger);
    return preview;
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#certificate.close();
    this.#client.close();
  }

  async #listen({ previewHost: host, previewPort: port }: PreviewOptions, logger: Logger): Promise<void> {
    try {
      logger.info({ previewPort: await this.#server.listen({ host, port }) }, 'previews are served');
    } catch (error) {
      await this.close();
      throw listeningError(error, { host, port, option: '--preview-port' });
    }
  }
}

async function certificateOf(
  {
    previewCertificateDirectory: given,
    previewGenerateCertificate: own,
    previewServerName,
    triggers,
  }: PreviewProcessOptions['options'],
  logger: Logger,
): Promise<CertificateWatch | undefined> {
  if (given !== undefined && own !== undefined) {
    throw new UsageError('give either --preview-certificate-directory or --preview-generate-certificate');
  }
  if (!triggers && (given ?? own) !== undefined) {
    throw new UsageError(
      'previews are about triggers: leave out --no-triggers, or the certificate of previews',
    );
  }
  if (own !== undefined) return await ownCertificate(own, previewServerName, logger);
  if (given === undefined) return undefined;
  return await CertificateWatch.start({ source: () => providedCertificate(given), logger });
}
