import type { Container, FieldReference, Pod, ResourceReference } from './objects.ts';
import { quantity } from './quantity.ts';

/** Where a pod is, in the words of the program that runs in it: addresses that it can bind to. */
export interface Whereabouts {
  readonly podIP: string;
  readonly hostIP: string;
  /** What a container without limits may use. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/**
 * The value of a field of the downward API.
 *
 * @throws Error for a field that the API does not know
 */
export function fieldValue({ metadata, spec }: Pod, { fieldPath }: FieldReference, at: Whereabouts): string {
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return at.podIP;
    case 'status.hostIP':
    case 'status.hostIPs':
      return at.hostIP;
    default:
      return subscript(metadata, fieldPath);
  }
}

/** What a container may use of a resource, in units of the divisor, rounded up. */
export function resourceValue(
  { spec }: Pod,
  container: Container | undefined,
  { containerName, resource, divisor }: ResourceReference,
  { allocatable }: Whereabouts,
): string {
  const meant =
    containerName === undefined ? container : spec.containers.find(({ name }) => name === containerName);
  const [kind, name = ''] = resource.split('.', 2);
  const { limits, requests } = meant?.resources ?? {};
  const amount = kind === 'requests' ? requests?.[name] : (limits?.[name] ?? allocatable[name]);
  // The API server writes a divisor that was not given as "0".
  const unit = divisor === undefined ? 1 : quantity(divisor) || 1;
  return String(Math.ceil(quantity(amount ?? '0') / unit));
}

function subscript({ labels, annotations }: Pod['metadata'], fieldPath: string): string {
  const [, what, key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  if (what === undefined) throw new Error(`the field ${fieldPath} is not supported`);
  return (what === 'labels' ? labels : annotations)?.[key] ?? '';
}

function lines(entries: Readonly<Record<string, string>> = {}): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
