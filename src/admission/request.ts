import type { KubernetesObject } from '../workloads/index.ts';

/** The request of an AdmissionReview, `admission.k8s.io/v1`, as far as this webhook reads it. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: string;
  readonly userInfo?: UserInfo;
  readonly object?: KubernetesObject | null;
  readonly oldObject?: KubernetesObject | null;
  readonly dryRun?: boolean;
  /** Of the call, as `metav1.UpdateOptions` and its like. */
  readonly options?: { readonly fieldManager?: string } | null;
}

export interface UserInfo {
  readonly username?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type ReviewErrorCode =
  | 'NotJson'
  | 'NotAReview'
  | 'UnsupportedVersion'
  | 'NoRequest'
  | 'NoUid'
  | 'NoResource';

export type DecodedReview =
  | { readonly ok: true; readonly request: AdmissionRequest }
  | { readonly ok: false; readonly code: ReviewErrorCode; readonly message: string };

const reviewVersion = 'admission.k8s.io/v1';

/**
 * Decodes the body of a webhook call. Only what the answer depends on is checked; the objects inside are looked at
 * where they are used, and any shape of them is survived.
 */
export function decodeReview(body: string): DecodedReview {
  let review: unknown;
  try {
    review = JSON.parse(body);
  } catch {
    return failure('NotJson', 'the body is not JSON');
  }
  if (!isRecord(review) || review['kind'] !== 'AdmissionReview') {
    return failure('NotAReview', 'the body is not an AdmissionReview');
  }
  if (review['apiVersion'] !== reviewVersion) {
    return failure(
      'UnsupportedVersion',
      `apiVersion is ${shown(review['apiVersion'])}; only ${reviewVersion} is served`,
    );
  }
  const request = review['request'];
  if (!isRecord(request)) return failure('NoRequest', 'the AdmissionReview has no request');
  if (typeof request['uid'] !== 'string' || request['uid'] === '') {
    return failure('NoUid', 'the request has no uid');
  }
  const resource = request['resource'];
  if (
    !isRecord(resource) ||
    typeof resource['resource'] !== 'string' ||
    typeof resource['group'] !== 'string'
  ) {
    return failure('NoResource', 'the request names no resource');
  }
  return { ok: true, request: request as unknown as AdmissionRequest };
}

/** Is it a JSON object, and neither null nor an array? */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'string' ? `"${value.slice(0, 64)}"` : 'no string';
}

function failure(code: ReviewErrorCode, message: string): DecodedReview {
  return { ok: false, code, message };
}
