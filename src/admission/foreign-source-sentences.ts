import {
  type CrossNamespaceSource,
  type FieldProblem,
  imagePullerClusterRole,
} from '../imagestream/index.ts';
import { shown } from './refusal.ts';
import type { UserInfo } from './request.ts';
import { roleSubject, userOf } from './role-subject.ts';

/** The user may not pull from there: who, from what, and the RoleBinding that would allow it. */
export function mayNotPull(
  source: CrossNamespaceSource,
  user: UserInfo,
  reason: string | undefined,
): FieldProblem {
  const said = reason === undefined || reason === '' ? '' : `: ${shown(reason)}`;
  return forbidden(source, `${userOf(user)} may not ${pull(source)}${said}; ${remedy(source, user)}`);
}

/** Nobody could be asked. */
export function notAsked(source: CrossNamespaceSource, user: UserInfo): FieldProblem {
  const question = `${userOf(user)} may ${pull(source)}`;
  return forbidden(source, `the API server could not be asked whether ${question}; try again`);
}

/** More streams than are asked about. */
export function tooManySources(count: number, most: number): FieldProblem {
  const detail = `the request takes tags from ${count} image streams of other namespaces, and at most ${most} are asked about; add them in several steps`;
  return { type: 'Forbidden', field: 'spec.tags', detail };
}

function forbidden({ field }: CrossNamespaceSource, detail: string): FieldProblem {
  return { type: 'Forbidden', field, detail };
}

function pull({ namespace, stream }: CrossNamespaceSource): string {
  return `pull from image stream "${stream}" in namespace "${namespace}" (get imagestreams/layers)`;
}

function remedy({ namespace }: CrossNamespaceSource, user: UserInfo): string {
  const { option, prefix } = roleSubject(user);
  const role = imagePullerClusterRole.metadata.name;
  return `a RoleBinding there would allow it: kubectl create rolebinding ${prefix}image-puller --namespace=${namespace} --clusterrole=${role} ${option}`;
}
