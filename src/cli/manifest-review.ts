import {
  type AdmissionRequest,
  type Answer,
  mutate,
  type Surroundings,
  validate,
} from '../admission/index.ts';
import { imagePointer, type KubernetesObject, type WorkloadKind } from '../workloads/index.ts';
import { type Edit, withEdits } from './manifest-edit.ts';

/** What the webhooks say of an object that is about to be created. */
export interface ManifestReview {
  /** Images to write, by their place in the object. */
  readonly edits: readonly Edit[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const nothing: ManifestReview = { edits: [], errors: [], warnings: [] };

/**
 * Reviews an object as the API server would have it reviewed on create: first to mutate, then what came out to validate.
 * What is no workload is nobody's business.
 */
export async function reviewManifest(
  object: KubernetesObject,
  namespace: string,
  around: Surroundings,
): Promise<ManifestReview> {
  const { apiVersion, kind } = object;
  const row =
    typeof apiVersion === 'string' && typeof kind === 'string'
      ? around.settings.policy.workloads.ofManifest(apiVersion, kind)
      : undefined;
  if (row === undefined) return nothing;
  const mutated = await mutate(creationOf(object, row, namespace), around);
  const edits = (mutated.decision?.rewrites ?? []).map(({ place, pullSpec }) => ({
    path: imagePointer(row, place).split('/').slice(1),
    value: pullSpec,
  }));
  const validated = await validate(creationOf(withEdits(object, edits), row, namespace), around);
  const answers = [mutated.answer, validated.answer];
  return {
    edits,
    errors: unique(answers.flatMap(errorsOf)),
    warnings: unique(answers.flatMap(({ warnings }) => warnings)),
  };
}

function creationOf(object: KubernetesObject, row: WorkloadKind, namespace: string): AdmissionRequest {
  const [version = ''] = (object.apiVersion ?? '').split('/').slice(-1);
  const name = object.metadata?.name;
  return {
    uid: 'manifest',
    resource: { group: row.group, version, resource: row.resource },
    ...(typeof name === 'string' ? { name } : {}),
    namespace,
    operation: 'CREATE',
    object,
  };
}

/** The sentences of a refusal, in the API server's words. */
function errorsOf(answer: Answer): readonly string[] {
  if (answer.allowed) return [];
  const { message, details } = answer.status;
  return details === undefined
    ? [message]
    : details.causes.map(({ field, message: detail }) => `${field}: ${detail}`);
}

function unique(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences)];
}
