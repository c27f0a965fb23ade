import type { KubernetesObject, WorkloadKind } from '../workloads/index.ts';
import { type ContainerPlace, containersInWords, containersOf } from './containers.ts';
import type { Suggest } from './suggest.ts';

/** The object whose containers field paths point at. */
export interface Subject {
  readonly kind: WorkloadKind;
  readonly object: KubernetesObject;
  readonly containers: readonly ContainerPlace[];
  /** Its containers as a message lists them; made when first asked for. */
  readonly inWords: () => string;
  readonly suggest: Suggest;
}

export function subjectOf(kind: WorkloadKind, object: KubernetesObject, suggest: Suggest): Subject {
  const containers = containersOf(kind, object);
  let words: string | undefined;
  const inWords = () => {
    words ??= containersInWords(kind, containers);
    return words;
  };
  return { kind, object, containers, inWords, suggest };
}
