import jsonPatch, { type Operation } from 'fast-json-patch';
import type { AdmissionRequest, Answer, Reviewed, UserInfo } from '../../src/admission/index.ts';
import { builtInKinds, type KubernetesObject, type WorkloadKind } from '../../src/workloads/index.ts';

export interface Container {
  readonly name?: string;
  readonly image?: string;
}

export interface Contents {
  readonly containers?: readonly unknown[];
  readonly initContainers?: readonly unknown[];
  readonly ephemeralContainers?: readonly unknown[];
  readonly volumes?: readonly unknown[];
  readonly serviceAccountName?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly templateAnnotations?: Readonly<Record<string, string>>;
  readonly owners?: readonly object[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A row of the kind table by `resource` or `resource.group`. */
export function kindOf(resource: string): WorkloadKind {
  const row =
    builtInKinds.find((each) => `${each.resource}.${each.group}` === resource) ??
    builtInKinds.find((each) => each.resource === resource);
  if (row === undefined) throw new Error(`no row for ${resource}`);
  return row;
}

/** Containers `c0`, `c1`, … of these images. */
export function containers(...images: readonly string[]): readonly Container[] {
  return images.map((image, index) => ({ name: `c${index}`, image }));
}

/** An object of a kind, `shop`, with its pod spec where the kind has it. */
export function workload(kind: WorkloadKind, contents: Contents): KubernetesObject {
  const { annotations, templateAnnotations, owners, labels, ...podSpec } = contents;
  const [version = 'v1'] = kind.versions;
  const object: Record<string, unknown> = {
    apiVersion: kind.group === '' ? version : `${kind.group}/${version}`,
    kind: kind.kind,
    metadata: {
      name: 'shop',
      ...(annotations === undefined ? {} : { annotations }),
      ...(owners === undefined ? {} : { ownerReferences: owners }),
      ...(labels === undefined ? {} : { labels }),
    },
  };
  put(object, kind.podSpecPath, { containers: [], ...podSpec });
  const templateMetadata = kind.templateMetadataPath;
  if (templateMetadata !== undefined && templateAnnotations !== undefined) {
    put(object, [...templateMetadata, 'annotations'], templateAnnotations);
  }
  return object;
}

function put(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [field = '', ...rest] = path;
  if (rest.length === 0) {
    object[field] = value;
    return;
  }
  const inner = (object[field] ?? {}) as Record<string, unknown>;
  object[field] = inner;
  put(inner, rest, value);
}

export function pod(contents: Contents): KubernetesObject {
  return workload(kindOf('pods'), contents);
}

export function deployment(contents: Contents): KubernetesObject {
  return workload(kindOf('deployments'), contents);
}

export interface RequestOptions {
  readonly old?: KubernetesObject;
  readonly namespace?: string;
  readonly subResource?: string;
  readonly operation?: string;
  readonly user?: UserInfo;
  readonly dryRun?: boolean;
}

/** An admission request for an object of a kind: an update where an old object is given. */
export function requestFor(
  kind: WorkloadKind,
  object: KubernetesObject | null,
  options: RequestOptions = {},
): AdmissionRequest {
  const { old, namespace = 'app', subResource, user = { username: 'jane' }, dryRun } = options;
  const [version = 'v1'] = kind.versions;
  return {
    uid: 'b5b1d3f0-0001-4a5c-9d3b-2f1f6f1c0001',
    resource: { group: kind.group, version, resource: kind.resource },
    name: 'shop',
    namespace,
    operation: options.operation ?? (old === undefined ? 'CREATE' : 'UPDATE'),
    userInfo: user,
    object,
    oldObject: old ?? null,
    ...(subResource === undefined ? {} : { subResource }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

export function podRequest(contents: Contents, options: RequestOptions = {}): AdmissionRequest {
  return requestFor(kindOf('pods'), pod(contents), options);
}

export function deploymentRequest(contents: Contents, options: RequestOptions = {}): AdmissionRequest {
  return requestFor(kindOf('deployments'), deployment(contents), options);
}

/** What the API server would store: the object with the patch applied; throws when the review was refused. */
export function applied(request: AdmissionRequest, { answer }: Reviewed): KubernetesObject {
  if (!answer.allowed) throw new Error(`refused: ${answer.status.message}`);
  const document = jsonPatch.deepClone(request.object) as KubernetesObject;
  return jsonPatch.applyPatch(document, answer.patch as Operation[], true).newDocument;
}

/** Refusal status of an answer; throws when it was admitted. */
export function refused({ answer }: Reviewed) {
  if (answer.allowed) throw new Error('admitted');
  return answer.status;
}

export function messagesOf({ answer }: Reviewed): readonly string[] {
  return answer.allowed ? [] : (answer.status.details?.causes ?? []).map(({ message }) => message);
}

export function isUntouched(answer: Answer): boolean {
  return answer.allowed && answer.patch.length === 0 && answer.warnings.length === 0;
}
