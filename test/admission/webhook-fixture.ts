import {
  AdmissionMetrics,
  AdmissionServer,
  mutate,
  type Reviewer,
  reviewWith,
  validate,
} from '../../src/admission/index.ts';
import { createLogger, metricsRegistry } from '../../src/telemetry/index.ts';
import { type CertificatePair, issueAuthority, issueCertificate } from '../../src/tls/index.ts';
import { around, type Setup } from './surroundings.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** An authority, and the certificates that it gives to the server. */
export interface Authority {
  readonly ca: string;
  issue(commonName: string): Promise<CertificatePair>;
}

export async function testAuthority(): Promise<Authority> {
  const validity = { notBefore: new Date(), days: 2 };
  const authority = await issueAuthority({ commonName: 'test CA', ...validity });
  return {
    ca: authority.certificate,
    issue: (commonName) =>
      issueCertificate(authority, {
        commonName,
        dnsNames: ['localhost'],
        ipAddresses: ['127.0.0.1'],
        usages: ['server'],
        ...validity,
      }),
  };
}

/** Both webhooks served over HTTPS, with their log and their metrics. */
export interface Webhook {
  readonly server: AdmissionServer;
  readonly port: number;
  readonly ca: string;
  readonly lines: readonly LogLine[];
  /** Value of a metric by its full name and labels, as `/metrics` writes them; 0 when absent. */
  metric(series: string): Promise<number>;
}

export interface WebhookOptions extends Setup {
  readonly authority: Authority;
  /** In place of both webhooks' decisions. */
  readonly reviewer?: Reviewer;
}

export async function startWebhook({ authority, reviewer, ...setup }: WebhookOptions): Promise<Webhook> {
  const lines: LogLine[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = await createLogger({ format: 'json', stream });
  const registry = metricsRegistry({ processMetrics: false });
  const metrics = new AdmissionMetrics(registry);
  const surroundings = around(setup);
  const server = new AdmissionServer(
    {
      mutate: reviewWith('mutate', reviewer ?? ((request) => mutate(request, surroundings)), metrics, logger),
      validate: reviewWith(
        'validate',
        reviewer ?? ((request) => validate(request, surroundings)),
        metrics,
        logger,
      ),
    },
    await authority.issue('first'),
  );
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    server,
    port,
    ca: authority.ca,
    lines,
    metric: async (series) => {
      const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length + 1));
    },
  };
}
