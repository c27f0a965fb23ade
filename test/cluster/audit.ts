import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Where the API server writes it, in the cluster's directory. */
export const LOG = 'audit.log';

/** A request of one of the watched service accounts, as the API server's audit log has it. */
export interface AuditedRequest {
  readonly user: string;
  readonly verb: string;
  readonly uri: string;
  /** The answer's status; undefined where the API server broke off. */
  readonly code: number | undefined;
  /** What it was about; undefined for paths that are no resources, such as discovery. */
  readonly about: AuditedObject | undefined;
}

/** Empty where there is nothing to say: the core group, the whole cluster, all names, no subresource. */
export interface AuditedObject {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A request that its user had no right to. */
export type DeniedRequest = Pick<AuditedRequest, 'user' | 'verb' | 'uri'>;

/** Arguments of an API server that writes down what the service accounts of one namespace ask it, and what users of those groups do. */
export function auditArgs(
  directory: string,
  namespace: string,
  groups: readonly string[] = [],
): readonly string[] {
  const file = join(directory, 'audit-policy.yaml');
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    // a watch is known as soon as it is let in
    omitStages: ['RequestReceived'],
    rules: [
      { level: 'Metadata', userGroups: [`system:serviceaccounts:${namespace}`, ...groups] },
      { level: 'None' },
    ],
  };
  writeFileSync(file, stringify(policy));
  return [`--audit-policy-file=${file}`, `--audit-log-path=${join(directory, LOG)}`];
}

/** What was asked and answered so far; a watch when it begins and again when it ends. */
export function auditedRequests(directory: string): readonly AuditedRequest[] {
  const file = join(directory, LOG);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => requestOf(JSON.parse(line) as AuditEvent));
}

/** What was denied so far. */
export function deniedRequests(directory: string): readonly DeniedRequest[] {
  const denied = auditedRequests(directory).filter(({ code }) => code === 403);
  return denied.map(({ user, verb, uri }) => ({ user, verb, uri }));
}

function requestOf({ user, verb, requestURI, responseStatus, objectRef }: AuditEvent): AuditedRequest {
  const { apiGroup: group = '', resource, subresource = '', namespace = '', name = '' } = objectRef ?? {};
  const about = resource === undefined ? undefined : { group, resource, subresource, namespace, name };
  return { user: user.username, verb, uri: requestURI, code: responseStatus?.code, about };
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly requestURI: string;
  readonly responseStatus?: { readonly code?: number };
  readonly objectRef?: Partial<Omit<AuditedObject, 'group'>> & { readonly apiGroup?: string };
}
