import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { defaultSettings, FirstImports } from '../../src/admission/index.ts';
import { ownCertificate } from '../../src/cli/own-certificate.ts';
import { WebhookProcess, type WebhookProcessOptions } from '../../src/cli/webhook-process.ts';
import { createLogger, metricsRegistry } from '../../src/telemetry/index.ts';
import { StreamsFixture } from '../admission/streams-fixture.ts';

const logger = await createLogger({ format: 'json', stream: { write: () => {} } });
let directory: string;
let certificate: Awaited<ReturnType<typeof ownCertificate>>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'imagestreams-webhook-'));
  certificate = await ownCertificate(directory, ['127.0.0.1'], logger);
});
afterAll(() => {
  certificate.close();
  rmSync(directory, { recursive: true });
});

function process(more: Partial<WebhookProcessOptions> = {}): WebhookProcess {
  return new WebhookProcess({
    around: () => ({ settings: defaultSettings, streams: new StreamsFixture() }),
    certificate,
    admission: { host: '127.0.0.1', port: 0 },
    telemetry: { host: '127.0.0.1', port: 0 },
    registry: metricsRegistry({ processMetrics: false }),
    logger,
    ready: () => undefined,
    ...more,
  });
}

it('a process that ends keeps nobody waiting for an import', async () => {
  const streams = new StreamsFixture();
  const firstImports = new FirstImports({ streams, longestMs: 60_000 });
  const webhook = process({ around: () => ({ settings: defaultSettings, streams, firstImports }) });
  await webhook.listen();
  const wait = firstImports.wait('app', [{ stream: 'app', tag: '1' }]);
  await webhook.close();
  expect(await wait).toBe('Draining');
});

it('it is ready as long as its certificate is valid by the clock of those who verify it', async () => {
  let now = 0;
  const webhook = process({ now: () => now });
  const { telemetryPort } = await webhook.listen();
  const ready = async () => (await fetch(`http://127.0.0.1:${telemetryPort}/readyz?verbose`)).text();
  expect(await ready()).toContain('[+]certificate ok');
  now = (certificate.life?.notAfter ?? 0) - 1;
  expect(await ready()).toContain('[+]certificate ok');
  now += 1;
  expect(await ready()).toContain('[-]certificate failed: the serving certificate expired on');
  await webhook.close();
});
