import { X509Certificate } from 'node:crypto';
import { type ApiClient, WatchedObject } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  type CertificatePair,
  inspectPair,
  type Life,
  lifeOf,
  type ServedCertificate,
} from '../tls/index.ts';
import { pairIn, servingKeys, texts } from './secret-texts.ts';
import type { NamespacedName } from './settings.ts';

export interface SecretCertificateOptions extends NamespacedName {
  readonly client: ApiClient;
  readonly logger: Logger;
}

type Listener = (pair: CertificatePair) => void;

/**
 * The pair in a Secret, read through the API and watched: no kubelet has to bring a change, and no restart. What is there and cannot be
 * used is told in the log, and the last good pair stays; so it does when the Secret is deleted.
 */
export class SecretCertificate implements ServedCertificate {
  readonly #options: SecretCertificateOptions;
  readonly #watched: WatchedObject<Partial<CertificatePair>>;
  readonly #listeners = new Set<Listener>();
  #current: CertificatePair | undefined;
  #fault: string | undefined;

  constructor(options: SecretCertificateOptions) {
    const { client, namespace, name, logger } = options;
    this.#options = options;
    this.#watched = new WatchedObject<Partial<CertificatePair>>({
      client,
      location: { version: 'v1', resource: 'secrets', namespace, name },
      project: ({ body }) => pairIn(texts(body), servingKeys),
      logger,
      onLook: () => this.#look(),
    });
  }

  start(): this {
    this.#watched.start();
    return this;
  }

  get current(): CertificatePair | undefined {
    return this.#current;
  }

  get life(): Life | undefined {
    return this.#current && lifeOf(new X509Certificate(this.#current.certificate));
  }

  get waiting(): string | undefined {
    if (this.#current !== undefined) return undefined;
    const reason = this.#fault ?? this.#watched.health.lastError?.message;
    return reason ?? `the Secret ${this.#name} has not been read yet`;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#watched.stop();
  }

  get #name(): string {
    return `${this.#options.namespace}/${this.#options.name}`;
  }

  #look(): void {
    const stored = this.#watched.value;
    if (stored === undefined) {
      this.#refuse(`there is no Secret ${this.#name}`);
      return;
    }
    const { certificate, key } = stored;
    if (certificate === undefined || key === undefined) {
      this.#refuse(
        `the Secret ${this.#name} has no ${servingKeys[certificate === undefined ? 'certificate' : 'key']}`,
      );
      return;
    }
    const inspection = inspectPair({ certificate, key }, servingKeys);
    if ('fault' in inspection) this.#refuse(`the Secret ${this.#name} cannot be used: ${inspection.fault}`);
    else this.#use({ certificate, key }, inspection.certificate);
  }

  #use(pair: CertificatePair, { validToDate }: X509Certificate): void {
    this.#fault = undefined;
    if (pair.certificate === this.#current?.certificate && pair.key === this.#current.key) return;
    for (const listener of this.#listeners) listener(pair);
    this.#current = pair;
    const expiresAt = validToDate.toISOString();
    this.#options.logger.info(
      { expiresAt },
      `The certificate in Secret ${this.#name} is served from now on; it ends on ${expiresAt}.`,
    );
  }

  /** Before there was any certificate this is the course of an installation. */
  #refuse(fault: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    const { logger } = this.#options;
    if (this.#current === undefined) logger.warn(`There is no certificate to serve with yet: ${fault}.`);
    else logger.error(`The serving certificate stays as it is: ${fault}.`);
  }
}
