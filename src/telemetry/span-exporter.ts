import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingOptions } from './tracing.ts';

/**
 * Sends spans as OTLP over HTTP, in JSON. The library reads `OTEL_EXPORTER_OTLP_HEADERS` and the like, and tries again by itself. The first
 * batch of a row that is lost is told as a warning, and when one gets through again.
 */
export function spanExporter({ endpoint, logger }: TracingOptions): SpanExporter {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url: url.href });
  let lost = 0;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.SUCCESS) {
          if (lost > 0) logger.info({ lost }, 'spans are sent again');
          lost = 0;
        } else {
          if (lost === 0)
            logger.warn({ endpoint: url.host }, 'spans could not be sent; what is traced is lost');
          lost += spans.length;
        }
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}
