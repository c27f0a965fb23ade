import type { Endpoint, EndpointSlice, Service } from './objects.ts';

/** Where a connection to a Service may go. */
export type Route =
  | { readonly ok: true; readonly service: string; readonly targets: readonly string[] }
  | { readonly ok: false; readonly reason: string };

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/**
 * The endpoints of a cluster address, as kube-proxy chooses them: those that are ready; when there are none, those that
 * still serve while they end.
 *
 * @returns targets as `address:port`
 */
export function routeOf(
  address: string,
  port: number,
  services: Iterable<Service>,
  slices: Iterable<EndpointSlice>,
): Route {
  const service = [...services].find(({ spec }) => spec?.clusterIPs?.includes(address) === true);
  if (service === undefined) return { ok: false, reason: `no Service has the address ${address}` };
  const { name, namespace } = service.metadata;
  const found = service.spec?.ports?.find((each) => each.port === port && (each.protocol ?? 'TCP') === 'TCP');
  if (found === undefined) return { ok: false, reason: `Service ${namespace}/${name} has no port ${port}` };
  const own = [...slices].filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[SERVICE_NAME_LABEL] === name,
  );
  const ready = targetsOf(own, found.name, ({ conditions }) => conditions?.ready !== false);
  const targets =
    ready.length > 0
      ? ready
      : targetsOf(
          own,
          found.name,
          ({ conditions }) => conditions?.terminating === true && conditions.serving === true,
        );
  if (targets.length === 0)
    return { ok: false, reason: `Service ${namespace}/${name} has no endpoint that is ready` };
  return { ok: true, service: `${namespace}/${name}:${port}`, targets };
}

function targetsOf(
  slices: readonly EndpointSlice[],
  portName: string | undefined,
  takes: (endpoint: Endpoint) => boolean,
): readonly string[] {
  const targets = slices.flatMap(({ ports, endpoints }) => {
    const port = ports?.find(({ name }) => (name ?? '') === (portName ?? ''))?.port;
    if (port === undefined) return [];
    return (endpoints ?? [])
      .filter(takes)
      .flatMap(({ addresses }) => addresses.map((each) => `${each}:${port}`));
  });
  return [...new Set(targets)].sort();
}
