import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { defaultSettings, FirstImports } from '../../src/admission/index.ts';
import { ownCertificate } from '../../src/cli/own-certificate.ts';
import { WebhookProcess } from '../../src/cli/webhook-process.ts';
import { createLogger, metricsRegistry } from '../../src/telemetry/index.ts';
import { StreamsFixture } from '../admission/streams-fixture.ts';

it('a process that ends keeps nobody waiting for an import', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'imagestreams-webhook-'));
  const logger = await createLogger({ format: 'json', stream: { write: () => {} } });
  const certificate = await ownCertificate(directory, ['127.0.0.1'], logger);
  const streams = new StreamsFixture();
  const firstImports = new FirstImports({ streams, longestMs: 60_000 });
  const webhook = new WebhookProcess({
    around: () => ({ settings: defaultSettings, streams, firstImports }),
    certificate,
    admission: { host: '127.0.0.1', port: 0 },
    registry: metricsRegistry({ processMetrics: false }),
    logger,
    ready: () => undefined,
  });
  await webhook.listen();
  const wait = firstImports.wait('app', [{ stream: 'app', tag: '1' }]);
  await webhook.close();
  expect(await wait).toBe('Draining');
  certificate.close();
  rmSync(directory, { recursive: true });
});
