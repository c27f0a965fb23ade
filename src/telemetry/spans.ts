import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { spanExporter } from './span-exporter.ts';
import type { SpanAttributes, Tracing, TracingOptions } from './tracing.ts';

const closeMs = 3_000;

/** {@link Tracing} by OpenTelemetry's SDK, without its global state. */
export class Spans implements Tracing {
  /** What is under way, where it is recorded. */
  readonly #recorded = new AsyncLocalStorage<Context>();
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  constructor(options: TracingOptions) {
    const { samplingPerMillion, service, version, instance } = options;
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': service,
        'service.version': version,
        'service.instance.id': instance,
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(samplingPerMillion / 1e6) }),
      // bounded: beyond 2,048 that wait spans are dropped
      spanProcessors: [new BatchSpanProcessor({ exporter: spanExporter(options) })],
    });
    this.#tracer = this.#provider.getTracer('imagestreams', version);
  }

  serve<T>(name: string, headers: IncomingHttpHeaders, work: () => Promise<T>): Promise<T> {
    const caller = this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) as Context;
    return this.#within(caller, this.#tracer.startSpan(name, { kind: SpanKind.SERVER }, caller), work);
  }

  begin<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    return this.#within(ROOT_CONTEXT, this.#tracer.startSpan(name, { attributes }, ROOT_CONTEXT), work);
  }

  part<T>(name: string, work: () => T): T {
    const around = this.#recorded.getStore();
    if (around === undefined) return work();
    return this.#within(around, this.#tracer.startSpan(name, {}, around), work);
  }

  ask<T>(
    name: string,
    attributes: SpanAttributes,
    work: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T> {
    const around = this.#recorded.getStore();
    if (around === undefined) return work({});
    const span = this.#tracer.startSpan(name, { attributes, kind: SpanKind.CLIENT }, around);
    const headers: Record<string, string> = {};
    this.#propagator.inject(trace.setSpan(around, span), headers, defaultTextMapSetter);
    return this.#within(around, span, () => work(headers));
  }

  note(attributes: SpanAttributes): void {
    const around = this.#recorded.getStore();
    if (around !== undefined) trace.getSpan(around)?.setAttributes(attributes);
  }

  async close(): Promise<void> {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, closeMs).unref();
    });
    await Promise.race([this.#provider.shutdown().catch(() => undefined), late]);
  }

  #within<T>(around: Context, span: Span, work: () => T): T {
    // most are not, and following them through what they wait for would cost the more
    if (!span.isRecording()) return work();
    try {
      const result = this.#recorded.run(trace.setSpan(around, span), work);
      if (!(result instanceof Promise)) {
        span.end();
        return result;
      }
      result.then(
        () => span.end(),
        (error: unknown) => failed(span, error),
      );
      return result;
    } catch (error) {
      failed(span, error);
      throw error;
    }
  }
}

/** An error's words may quote what a registry or a user sent; its code does not. */
function failed(span: Span, error: unknown): void {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  const type = [code, name].find((each) => typeof each === 'string') ?? 'Error';
  span.setAttribute('error.type', String(type)).setStatus({ code: SpanStatusCode.ERROR }).end();
}
