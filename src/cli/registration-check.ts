import { Gauge } from 'prom-client';
import { type AdmissionSettings, unregisteredEntries, webhookConfigurations } from '../admission/index.ts';
import { type RegistrationKind, registrationKinds, registrationPath } from '../certificates/index.ts';
import { type ApiClient, sleep, systemClock } from '../cluster/index.ts';
import { type Logger, METRIC_PREFIX, type Registry } from '../telemetry/index.ts';

const againMs = 60_000;

export interface RegistrationCheckOptions {
  readonly client: ApiClient;
  /** Name of both webhook configurations. */
  readonly name: string;
  readonly registry: Registry;
  readonly logger: Logger;
}

/**
 * Compares what the API server sends with what the policy is about: an object that never arrives is never refused, and nobody would
 * notice. Looked at with every policy, and once a minute for as long as something is missing.
 */
export class RegistrationCheck {
  readonly #options: RegistrationCheckOptions;
  readonly #missing: Gauge;
  #current = new AbortController();
  #told = '';

  constructor(options: RegistrationCheckOptions) {
    this.#options = options;
    this.#missing = new Gauge({
      name: `${METRIC_PREFIX}registration_missing_entries`,
      help: 'Entries that the webhook configurations lack for the policy in use.',
      registers: [options.registry],
    });
  }

  /** Looks now, in the background, in place of whatever was looked for before. */
  check(settings: AdmissionSettings): void {
    this.#current.abort();
    this.#current = new AbortController();
    void this.#until(settings, this.#current.signal);
  }

  stop(): void {
    this.#current.abort();
  }

  async #until(settings: AdmissionSettings, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const missing = await this.#look(settings, signal);
      if (signal.aborted) return;
      if (missing !== undefined) {
        this.#missing.set(missing.length);
        this.#tell(missing);
        if (missing.length === 0) return;
      }
      await sleep(systemClock, againMs, signal);
    }
  }

  #tell(missing: readonly string[]): void {
    const { name, logger } = this.#options;
    const said = missing.join(', ');
    if (said === this.#told) return;
    this.#told = said;
    if (said === '') logger.info(`the webhook configurations ${name} fit the policy`);
    else {
      logger.error(
        `the webhook configurations ${name} do not fit the policy: ${said} should be there, so the API server does not send all that the policy is about; generate them for this policy (helm upgrade, or imagestreams manifests --policy)`,
      );
    }
  }

  /** Undefined when the API server does not answer. */
  async #look(settings: AdmissionSettings, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const { name, logger } = this.#options;
    const expected = webhookConfigurations({ name, address: { url: '' }, settings });
    try {
      const found = await Promise.all(registrationKinds.map((kind) => this.#get(kind, signal)));
      return expected.flatMap((configuration, index) => unregisteredEntries(configuration, found[index]));
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, `the webhook configurations ${name} cannot be read`);
      return undefined;
    }
  }

  async #get(kind: RegistrationKind, signal: AbortSignal): Promise<object | undefined> {
    const { client, name } = this.#options;
    return (await client.find(registrationPath(kind, name), { signal })) as object | undefined;
  }
}
