export { type DescribedError, describeError } from './error.ts';
export { type HealthCheck, HealthChecks, type HealthKind, type HealthResult } from './health.ts';
export { measureHealth } from './health-metrics.ts';
export {
  createLogger,
  LOG_LEVELS,
  type LogFormat,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logger.ts';
export { METRIC_PREFIX } from './metric-prefix.ts';
export { type MetricsOptions, metricsRegistry, type Registry } from './metrics.ts';
export { type ListenAddress, TelemetryServer, type TelemetryServerOptions } from './server.ts';
export { type SpanAttributes, startTracing, type Tracing, type TracingOptions } from './tracing.ts';
