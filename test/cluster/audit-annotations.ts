import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG } from './audit.ts';

/** A request that admission left a note on, as the audit log has it. */
export interface AnnotatedRequest {
  readonly user: string;
  readonly verb: string;
  /** `RESOURCE/NAME` */
  readonly object: string;
  readonly namespace: string;
  readonly code: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Requests in one namespace with annotations of admission, besides that of who decided that it was allowed. */
export function annotatedRequests(directory: string, namespace: string): readonly AnnotatedRequest[] {
  const file = join(directory, LOG);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => requestOf(JSON.parse(line) as AuditEvent))
    .filter((request) => request.namespace === namespace && Object.keys(request.annotations).length > 0);
}

function requestOf({
  user,
  verb,
  objectRef,
  responseStatus,
  annotations = {},
}: AuditEvent): AnnotatedRequest {
  const ofAdmission = Object.entries(annotations).filter(([key]) => !key.startsWith('authorization.k8s.io/'));
  return {
    ...{ user: user.username, verb, namespace: objectRef?.namespace ?? '' },
    object: `${objectRef?.resource}/${objectRef?.name}`,
    code: responseStatus?.code ?? 0,
    annotations: Object.fromEntries(ofAdmission),
  };
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}
