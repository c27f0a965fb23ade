import type { PatchOperation } from './patch.ts';

/** One field error of a refusal, as the API server's own validation reports it. */
export interface Cause {
  readonly reason: 'FieldValueForbidden' | 'FieldValueInvalid' | 'FieldValueNotFound' | 'FieldValueRequired';
  readonly field: string;
  readonly message: string;
}

/** What the webhook answers to one request. */
export type Answer =
  | {
      readonly allowed: true;
      readonly patch: readonly PatchOperation[];
      readonly warnings: readonly string[];
    }
  | { readonly allowed: false; readonly status: RefusalStatus; readonly warnings: readonly string[] };

/** The `metav1.Status` of a refusal. */
export interface RefusalStatus {
  readonly code: number;
  readonly reason: 'Invalid' | 'ServiceUnavailable' | 'InternalError' | 'BadRequest';
  readonly message: string;
  readonly details?: {
    readonly group: string;
    readonly kind: string;
    readonly name: string;
    readonly causes: readonly Cause[];
  };
}

export const admitted: Answer = { allowed: true, patch: [], warnings: [] };

const opening = '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":';

/** The AdmissionReview response as it goes over the wire. */
export function encodeAnswer(uid: string, answer: Answer): string {
  if (answer === admitted) return `${opening}{"uid":${JSON.stringify(uid)},"allowed":true}}`;
  const warnings = answer.warnings.length === 0 ? {} : { warnings: answer.warnings };
  if (!answer.allowed) {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', ...answer.status };
    return `${opening}${JSON.stringify({ uid, allowed: false, status, ...warnings })}}`;
  }
  const patch =
    answer.patch.length === 0
      ? {}
      : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(answer.patch)).toString('base64') };
  return `${opening}${JSON.stringify({ uid, allowed: true, ...patch, ...warnings })}}`;
}

/**
 * A 422 `Invalid` as the API server words its own: `Kind.group "name" is invalid: field: Forbidden: detail`, several in
 * brackets (image-policy.md §12).
 */
export function invalid(
  subject: { readonly kind: string; readonly group: string; readonly name: string },
  causes: readonly Cause[],
  warnings: readonly string[] = [],
): Answer {
  const { kind, group, name } = subject;
  const errors = causes.map(({ field, message }) => `${field}: ${message}`);
  const listed = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  const message = `${qualifiedKind(subject)} "${name}" is invalid: ${listed}`;
  const details = { group, kind, name, causes };
  return { allowed: false, status: { code: 422, reason: 'Invalid', message, details }, warnings };
}

/** A 503 because nobody could be asked, which clients may retry. */
export function unavailable(
  subject: { readonly kind: string; readonly group: string; readonly name: string },
  cause: Cause,
): Answer {
  const { kind, group, name } = subject;
  const message = `${qualifiedKind(subject)} "${name}" could not be reviewed: ${cause.field}: ${cause.message}`;
  const details = { group, kind, name, causes: [cause] };
  return {
    allowed: false,
    status: { code: 503, reason: 'ServiceUnavailable', message, details },
    warnings: [],
  };
}

/** A kind as the API server writes it in errors: `Deployment.apps`, `Pod`. */
export function qualifiedKind({ kind, group }: { readonly kind: string; readonly group: string }): string {
  return group === '' ? kind : `${kind}.${group}`;
}
