import type { AdmissionRequest } from '../../src/admission/index.ts';
import { fieldPathOf, triggersAnnotation } from '../../src/triggers/index.ts';
import type { WorkloadKind } from '../../src/workloads/index.ts';
import { type Contents, kindOf, type RequestOptions, requestFor, workload } from './reviews.ts';

/** One trigger that is right for `resource`: container `db` follows `mysql:5.7`. */
export function trigger(kind: WorkloadKind, part: object = {}): object {
  return {
    from: { kind: 'ImageStreamTag', name: 'mysql:5.7' },
    fieldPath: fieldPathOf(kind.podSpecPath, 'containers', 'db'),
    ...part,
  };
}

export const db: Contents = { containers: [{ name: 'db', image: 'mysql:5.7' }] };

/** A request for a workload with the text, or the triggers as JSON, for its annotation. */
export function annotated(
  resource: string,
  annotation: string | readonly unknown[],
  { old, ...options }: RequestOptions & { readonly contents?: Contents } = {},
): AdmissionRequest {
  const kind = kindOf(resource);
  const text = typeof annotation === 'string' ? annotation : JSON.stringify(annotation);
  const object = workload(kind, { ...(options.contents ?? db), annotations: { [triggersAnnotation]: text } });
  return requestFor(kind, object, old === undefined ? options : { ...options, old });
}
