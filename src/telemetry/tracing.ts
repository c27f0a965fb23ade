import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from './logger.ts';

/** What a span is told with. Names of objects and verdicts; never users, bodies or credentials. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Where spans are sent, and which. */
export interface TracingOptions {
  /** Of an OTLP/HTTP receiver; `/v1/traces` is added to its path. */
  readonly endpoint: URL;
  /** Of a million traces that begin here; one that began elsewhere is recorded when it is recorded there. */
  readonly samplingPerMillion: number;
  /** `service.name` */
  readonly service: string;
  readonly version: string;
  /** `service.instance.id`, such as the pod's name. */
  readonly instance: string;
  readonly logger: Logger;
}

/** Spans of what this process does, as OpenTelemetry has them. Whoever is handed none traces nothing, at no cost. */
export interface Tracing {
  /** Serves a request: goes on with the trace of its `traceparent`. */
  serve<T>(name: string, headers: IncomingHttpHeaders, work: () => Promise<T>): Promise<T>;
  /** Does something of this process's own accord: begins a trace. */
  begin<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Does a part of what is recorded; just does it where nothing is. */
  part<T>(name: string, work: () => T): T;
  /** Asks another server, as a part of what is recorded; the headers tell it of the trace. */
  ask<T>(
    name: string,
    attributes: SpanAttributes,
    work: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T>;
  /** Tells more of what is recorded. */
  note(attributes: SpanAttributes): void;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

/** Starts to trace. The libraries for it are loaded only here. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { Spans } = await import('./spans.ts');
  return new Spans(options);
}
