import type { Fault } from './api-server.ts';
import { HttpServer, json, type Received } from './http-server.ts';
import { ObjectStore } from './object-store.ts';

/** An object store over HTTP. Faults are queued and used up by the next requests. */
export class ObjectServer {
  readonly http = new HttpServer((request, response) => this.#serve(request, response));
  readonly store = new ObjectStore();
  readonly faults: Fault[] = [];
  /** Stands in for every answer while it is set. */
  outage: Fault | undefined;

  /** What was asked, such as `PUT /apis/…`, without the queries. */
  get requests(): readonly string[] {
    return this.http.requests.map(({ method, url }) => `${method} ${url.pathname}`);
  }

  #serve(request: Received, response: Parameters<Fault>[0]): void {
    const fault = this.faults.shift() ?? this.outage;
    if (fault !== undefined) {
      fault(response, request);
      return;
    }
    const { status, body } = this.store.serve(request.method, request.url.pathname, request.body);
    json(response, status, body);
  }
}
