import { exactReference, parseReference } from '../reference/index.ts';
import { isSameStream, type StreamName } from './tag-source.ts';

/**
 * A pull spec in the cluster's own registry, of one stream's repository, as one of another stream's: pulling is then allowed by who may
 * read that other one (image-streams.md §4.4). Any other pull spec stays as it is.
 */
export function localReference(
  pullSpec: string,
  from: StreamName,
  to: StreamName,
  integratedRegistry: string,
): string {
  if (integratedRegistry === '' || isSameStream(from, to)) return pullSpec;
  const parsed = parseReference(pullSpec);
  if (!parsed.ok) return pullSpec;
  const { registry, namespace, name } = parsed.reference;
  if (registry !== integratedRegistry || namespace !== from.namespace || name !== from.stream)
    return pullSpec;
  return exactReference({ ...parsed.reference, namespace: to.namespace, name: to.stream });
}
