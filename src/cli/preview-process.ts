import { AccessReviews, ApiClient, type Connection, TokenReviews } from '../cluster/index.ts';
import type { TriggerPreviewsOptions } from '../controllers/index.ts';
import { PreviewMetrics, PreviewServer, PreviewService } from '../preview/index.ts';
import type { Logger, Registry } from '../telemetry/index.ts';
import type { ServedCertificate } from '../tls/index.ts';
import { listeningError } from './listening-error.ts';
import type { PreviewOptions } from './preview-options.ts';
import { servedCertificate } from './served-certificate.ts';
import { UsageError } from './usage-error.ts';
import { userAgent } from './version.ts';

/** Whoever asks waits, and asks again. */
const reviewTimeoutMs = 3_000;

export interface PreviewProcessOptions {
  readonly options: PreviewOptions & { readonly triggers: boolean };
  readonly connection: Connection;
  /** The controller's own, which reads the certificate. */
  readonly client: ApiClient;
  /** What is known of the cluster; undefined until all of it has been listed. */
  readonly known: () => TriggerPreviewsOptions | undefined;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Previews, served beside the controller's work. */
export class PreviewProcess {
  readonly #server: PreviewServer;
  readonly #certificate: ServedCertificate;
  readonly #client: ApiClient;

  private constructor(server: PreviewServer, certificate: ServedCertificate, client: ApiClient) {
    this.#server = server;
    this.#certificate = certificate;
    this.#client = client;
  }

  /** Undefined when no certificate was given to serve with. @throws UsageError, TlsError */
  static async start(options: PreviewProcessOptions): Promise<PreviewProcess | undefined> {
    const { connection, known, registry, logger } = options;
    const certificate = await certificateOf(options.options, options.client, logger);
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
    await this.#certificate.close();
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
    previewCertificateSecret: secret,
    previewCertificateDirectory: directory,
    previewGenerateCertificate: generated,
    previewServerName: serverName,
    triggers,
  }: PreviewProcessOptions['options'],
  client: ApiClient,
  logger: Logger,
): Promise<ServedCertificate | undefined> {
  if (!triggers && (secret ?? directory ?? generated) !== undefined) {
    throw new UsageError(
      'previews are about triggers: leave out --no-triggers, or the certificate of previews',
    );
  }
  const sources = { secret, directory, generated, serverName };
  return await servedCertificate(sources, { prefix: '--preview-', client, logger });
}
