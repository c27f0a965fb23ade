import { ApiError } from './error.ts';

/** Names an API resource, a collection when `name` is absent. */
export interface ResourceLocation {
  /** Empty or absent for the core group. */
  readonly group?: string;
  readonly version: string;
  /** Plural, such as `imagestreams`. */
  readonly resource: string;
  /** Absent for cluster-scoped resources and for a collection across all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/**
 * The URL path of a resource.
 * @throws ApiError `Invalid` for a part that cannot stand in a path (`.`, `..`, empty, with `/` or `%`)
 */
export function resourcePath(location: ResourceLocation): string {
  const { group, version, resource, namespace, name, subresource } = location;
  const parts = group ? ['apis', group, version] : ['api', version];
  if (namespace !== undefined) parts.push('namespaces', namespace);
  parts.push(resource);
  if (name !== undefined) parts.push(name);
  if (subresource !== undefined) parts.push(subresource);
  return parts.map((part) => `/${segment(part)}`).join('');
}

function segment(part: string): string {
  if (part === '' || part === '.' || part === '..' || /[/%]/.test(part)) {
    throw new ApiError('Invalid', `"${part}" cannot be a name in the Kubernetes API.`);
  }
  return encodeURIComponent(part);
}
