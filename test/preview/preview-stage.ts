import { AccessReviews, ApiClient, TokenReviews } from '../../src/cluster/index.ts';
import { PreviewMetrics, PreviewServer, PreviewService } from '../../src/preview/index.ts';
import { createLogger, metricsRegistry } from '../../src/telemetry/index.ts';
import { testAuthority } from '../admission/webhook-fixture.ts';
import { plainConnection } from '../cluster-client/http-server.ts';
import { TriggerStage } from '../controllers/trigger-stage.ts';
import { type AskOptions, askPreview, type PreviewAnswer } from './preview-client.ts';

/** Previews served over HTTPS, over the memory of a controller with its API server. */
export class PreviewStage extends TriggerStage {
  readonly lines: string[] = [];
  /** False while the cluster has not been listed. */
  listed = true;
  #served: PreviewServer | undefined;
  #reviews: ApiClient | undefined;
  #port = 0;
  #ca = '';
  readonly #metrics = metricsRegistry({ processMetrics: false });

  async servePreviews(): Promise<void> {
    const authority = await testAuthority();
    this.#ca = authority.ca;
    const client = new ApiClient({
      connection: plainConnection(this.server.http),
      userAgent: 'test',
      timeoutMs: 2_000,
    });
    this.#reviews = client;
    this.#served = new PreviewServer({
      service: new PreviewService({
        known: () => (this.listed ? this.known : undefined),
        access: new AccessReviews({ client, keepDeniedMs: 0, keepAllowedMs: 0 }),
        tokens: new TokenReviews({ client, audiences: [] }),
      }),
      certificate: await authority.issue('previews'),
      metrics: new PreviewMetrics(this.#metrics),
      logger: await createLogger({
        format: 'json',
        stream: { write: (line) => void this.lines.push(line) },
      }),
    });
    this.#port = await this.#served.listen({ host: '127.0.0.1', port: 0 });
  }

  override async stop(): Promise<void> {
    await this.#served?.close();
    this.#reviews?.close();
    await super.stop();
  }

  /** Asks about a tag of namespace `shop`. */
  async preview(tag: string, query: string, token = 'ada'): Promise<PreviewAnswer> {
    return await this.ask(`/preview/namespaces/shop/imagestreamtags/${tag}?${query}`, { token });
  }

  async ask(path: string, options: AskOptions = {}): Promise<PreviewAnswer> {
    return await askPreview({ port: this.#port, ca: this.#ca }, path, options);
  }

  /** Requests that were answered so. */
  async answered(code: string): Promise<number> {
    const text = await this.#metrics.metrics();
    return Number(
      new RegExp(`^imagestreams_preview_requests_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(text)?.[1] ??
        0,
    );
  }
}
