import { connect, type TLSSocket } from 'node:tls';
import { ApiClient, connect as connectCluster, resourcePath } from '../../src/cluster/index.ts';
import type { CertificatesStage } from './certificates-stage.ts';

/** What was seen of certificates, and what went wrong. */
export interface HandshakeResult {
  readonly handshakes: number;
  readonly failures: readonly string[];
}

/**
 * Connects to every replica again and again as an API server that has just started does: trusting what `caBundle` holds at that moment and
 * nothing else. The API server's own connections live long, and would show a wrong certificate only by chance.
 */
export class Handshakes {
  readonly #stage: CertificatesStage;
  readonly #client: ApiClient;
  readonly #leaves = new Map<number, Set<string>>();
  readonly #authorities = new Set<string>();
  readonly #failures: string[] = [];
  readonly #running: Promise<void>;
  #count = 0;
  #ended = false;

  private constructor(stage: CertificatesStage, client: ApiClient) {
    this.#stage = stage;
    this.#client = client;
    this.#running = this.#run();
  }

  static async start(stage: CertificatesStage): Promise<Handshakes> {
    const connection = await connectCluster({ kubeconfig: stage.cluster.kubeconfig });
    return new Handshakes(stage, new ApiClient({ connection, userAgent: 'handshakes' }));
  }

  /** How many serving certificates the replica that saw the fewest has shown. */
  get leaves(): number {
    const seen = this.#stage.replicas.map(({ port }) => this.#leaves.get(port)?.size ?? 0);
    return Math.min(...seen);
  }

  /** How many authorities the certificates shown were of. */
  get authorities(): number {
    return this.#authorities.size;
  }

  async stop(): Promise<HandshakeResult> {
    this.#ended = true;
    await this.#running;
    this.#client.close();
    return { handshakes: this.#count, failures: this.#failures };
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      const bundle = await this.#bundle();
      for (const { port } of this.#stage.replicas) await this.#shake(port, bundle);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #bundle(): Promise<string> {
    const path = resourcePath({
      group: 'admissionregistration.k8s.io',
      version: 'v1',
      resource: 'validatingwebhookconfigurations',
      name: this.#stage.settings.name,
    });
    const { webhooks } = (await this.#client.get(path)) as {
      readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
    };
    return Buffer.from(webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();
  }

  async #shake(port: number, ca: string): Promise<void> {
    this.#count += 1;
    try {
      const socket = await secured(port, ca);
      const { fingerprint256, issuerCertificate } = socket.getPeerCertificate(true);
      socket.destroy();
      this.#leaves.set(port, (this.#leaves.get(port) ?? new Set()).add(fingerprint256));
      this.#authorities.add(issuerCertificate.fingerprint256);
    } catch (error) {
      this.#failures.push(`${port}: ${(error as Error).message}`);
    }
  }
}

function secured(port: number, ca: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca }, () => resolve(socket));
    socket.once('error', reject);
  });
}
