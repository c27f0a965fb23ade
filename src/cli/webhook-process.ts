import {
  AdmissionMetrics,
  AdmissionServer,
  mutate,
  type ReviewHandlers,
  reviewWith,
  type Surroundings,
  validate,
} from '../admission/index.ts';
import {
  HealthChecks,
  type ListenAddress,
  type Logger,
  measureHealth,
  type Registry,
  TelemetryServer,
  type Tracing,
} from '../telemetry/index.ts';
import type { ServedCertificate } from '../tls/index.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { listeningError } from './listening-error.ts';

/** What a serving process is made of; whoever makes it closes what it hands in. */
export interface WebhookProcessOptions {
  /** What to decide with, from now on; asked once for each review. */
  readonly around: () => Surroundings;
  readonly certificate: ServedCertificate;
  /** Who may ask for reviews; everybody if absent. */
  readonly clients?: ClientAuthentication | undefined;
  readonly admission: ListenAddress;
  /** Plain HTTP for health and metrics; absent for none. */
  readonly telemetry?: ListenAddress;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  /** Gives undefined when requests can be served, else why not. */
  readonly ready: () => string | undefined;
  /** The time by which the certificate is verified, in milliseconds since the epoch; this process's unless given. */
  readonly now?: () => number;
}

/** A webhook that serves, in a cluster or on its own. */
export class WebhookProcess {
  readonly #server: AdmissionServer;
  readonly #telemetry: TelemetryServer;
  readonly #options: WebhookProcessOptions;
  #draining = false;

  constructor(options: WebhookProcessOptions) {
    const { certificate, clients, registry, logger, ready, now = Date.now } = options;
    this.#options = options;
    this.#server = new AdmissionServer(handlersOf(options), certificate.current, clients?.accepted);
    certificate.onChange((pair) => this.#server.useCertificate(pair));
    clients?.onChange((authorities) => this.#server.useAuthorities(authorities));
    const health = new HealthChecks();
    health.add('live', 'ping', () => undefined);
    health.add('ready', 'draining', () => (this.#draining ? 'the process is shutting down' : undefined));
    health.add('ready', 'certificate', () => certificateFault(certificate, now()));
    health.add('ready', 'streams', ready);
    measureHealth(registry, health);
    this.#telemetry = new TelemetryServer({ health, registry, logger });
  }

  /** Resolves to the ports in use. @throws UsageError when an address cannot be listened on */
  async listen(): Promise<{ readonly port: number; readonly telemetryPort: number | undefined }> {
    const { admission, telemetry } = this.#options;
    const telemetryPort =
      telemetry === undefined ? undefined : await listening(this.#telemetry, telemetry, '--telemetry-port');
    return { port: await listening(this.#server, admission, '--port'), telemetryPort };
  }

  /**
   * Shuts down without refusing anybody: not ready at once, then for `drainSeconds` served as before, so that the
   * endpoint's removal gets around, then what is under way is finished.
   */
  async close(drainSeconds = 0): Promise<void> {
    this.#draining = true;
    this.#server.drain();
    await new Promise((resolve) => setTimeout(resolve, drainSeconds * 1000));
    this.#options.around().firstImports?.drain();
    await this.#server.close();
    await this.#telemetry.close();
  }
}

/** The API server accepts none but a valid one, so this server had better not be asked without. */
function certificateFault({ waiting, life }: ServedCertificate, now: number): string | undefined {
  if (waiting !== undefined) return waiting;
  const expired = life !== undefined && life.notAfter <= now;
  return expired ? `the serving certificate expired on ${new Date(life.notAfter).toISOString()}` : undefined;
}

function handlersOf({ around, registry, logger, tracing }: WebhookProcessOptions): ReviewHandlers {
  const metrics = new AdmissionMetrics(registry);
  return {
    mutate: reviewWith('mutate', (request) => mutate(request, around()), metrics, logger, tracing),
    validate: reviewWith('validate', (request) => validate(request, around()), metrics, logger, tracing),
  };
}

async function listening(
  server: AdmissionServer | TelemetryServer,
  address: ListenAddress,
  option: string,
): Promise<number> {
  try {
    return await server.listen(address);
  } catch (error) {
    throw listeningError(error, { ...address, option });
  }
}
