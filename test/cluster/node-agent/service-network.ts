import { type ApiClient, Reflector, resourcePath } from '../../../src/cluster/index.ts';
import type { Logger } from '../../../src/telemetry/index.ts';
import type { EndpointSlice, Service } from './objects.ts';
import { type Route, routeOf, SERVICE_NAME_LABEL } from './service-routes.ts';

/** The Services of the cluster and their endpoints, as they are now. */
export class ServiceNetwork {
  readonly #services: Reflector<Service>;
  readonly #slices: Reflector<EndpointSlice>;

  constructor(client: ApiClient, logger: Logger) {
    this.#services = new Reflector({
      client,
      path: resourcePath({ version: 'v1', resource: 'services' }),
      project: ({ body }) => body as unknown as Service,
      logger,
    });
    this.#slices = new Reflector({
      client,
      path: resourcePath({ group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' }),
      query: { labelSelector: SERVICE_NAME_LABEL },
      project: ({ body }) => body as unknown as EndpointSlice,
      logger,
    });
    this.#services.start();
    this.#slices.start();
  }

  route(address: string, port: number): Route {
    return routeOf(address, port, values(this.#services), values(this.#slices));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#services.stop(), this.#slices.stop()]);
  }
}

function* values<P>(reflector: Reflector<P>): Iterable<P> {
  for (const [, value] of reflector) yield value;
}
