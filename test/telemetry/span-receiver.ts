import { HttpServer, json } from '../cluster-client/http-server.ts';

/** A span as it was received. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent for the first of a trace. */
  readonly parentSpanId?: string;
  /** 1 internal, 2 server, 3 client */
  readonly kind: number;
  /** 2 for an error */
  readonly status: { readonly code: number };
  readonly service: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'service' | 'attributes'> & {
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
}

/** Receives OTLP over HTTP, in JSON, on a free port of loopback. */
export class SpanReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly http = new HttpServer(({ url, body }, response) => {
    if (url.pathname !== '/v1/traces') return json(response, 404, {});
    this.spans.push(...spansIn(JSON.parse(body) as Batch));
    json(response, 200, {});
  });

  static async start(): Promise<SpanReceiver> {
    const receiver = new SpanReceiver();
    await receiver.http.start();
    return receiver;
  }

  get endpoint(): URL {
    return new URL(`http://127.0.0.1:${this.http.port}`);
  }

  named(name: string): readonly ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}

function spansIn({ resourceSpans }: Batch): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesIn(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({ ...span, service, attributes: attributesIn(span.attributes) }));
  });
}

function attributesIn(list: readonly Attribute[]): ReceivedSpan['attributes'] {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));
}
