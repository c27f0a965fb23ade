import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

const LOG = 'audit.log';

/** A request that its user had no right to. */
export interface DeniedRequest {
  readonly user: string;
  readonly verb: string;
  readonly uri: string;
}

/** Arguments of an API server that writes down what the service accounts of one namespace are denied. */
export function auditArgs(directory: string, namespace: string): readonly string[] {
  const file = join(directory, 'audit-policy.yaml');
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived', 'ResponseStarted'],
    rules: [{ level: 'Metadata', userGroups: [`system:serviceaccounts:${namespace}`] }, { level: 'None' }],
  };
  writeFileSync(file, stringify(policy));
  return [`--audit-policy-file=${file}`, `--audit-log-path=${join(directory, LOG)}`];
}

/** What was denied so far. */
export function deniedRequests(directory: string): readonly DeniedRequest[] {
  const file = join(directory, LOG);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ responseStatus }) => responseStatus?.code === 403)
    .map(({ user, verb, requestURI }) => ({ user: user.username, verb, uri: requestURI }));
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly requestURI: string;
  readonly responseStatus?: { readonly code?: number };
}
