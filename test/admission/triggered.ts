import { fieldPathOf, triggersAnnotation } from '../../src/triggers/index.ts';
import { imagesOf, type KubernetesObject, type WorkloadKind } from '../../src/workloads/index.ts';
import { applied, type Contents, kindOf, requestFor, workload } from './reviews.ts';
import { AAA, BBB, CCC, imageStream, StreamsFixture } from './streams-fixture.ts';
import { patchOf, review } from './webhook-client.ts';
import type { Webhook } from './webhook-fixture.ts';

const repository = 'quay.io/keycloak/keycloak';
export const [K1, K2, K3] = [AAA, BBB, CCC].map((digest) => `${repository}@${digest}`) as [
  string,
  string,
  string,
];

/** What the manifest of the tests says. */
export const text = `${repository}:20.0.2`;

export const deployments = kindOf('deployments');

/** Stream `keycloak`, of which tag `20` gives this image, none if empty, and `21` always K3. */
export function keycloak(image: string = K1, namespace = 'app') {
  const tag = (name: string, pullSpec: string) => ({
    tag: name,
    ...(pullSpec === '' ? {} : { recorded: pullSpec, image: pullSpec.split('@')[1] ?? '' }),
  });
  return imageStream('keycloak', [tag('20', image), tag('21', K3)], { namespace });
}

export function keycloakStreams(image: string = K1): StreamsFixture {
  return new StreamsFixture([keycloak(image)]);
}

export interface Following {
  /** `keycloak:20` unless given. */
  readonly tag?: string;
  readonly namespace?: string;
  readonly paused?: boolean;
}

/** The annotation that makes container `web` follow a tag. */
export function follows(
  kind: WorkloadKind = deployments,
  { tag = 'keycloak:20', namespace, paused }: Following = {},
): Readonly<Record<string, string>> {
  const trigger = {
    from: { kind: 'ImageStreamTag', name: tag, ...(namespace === undefined ? {} : { namespace }) },
    fieldPath: fieldPathOf(kind.podSpecPath, 'containers', 'web'),
    ...(paused === undefined ? {} : { paused }),
  };
  return { [triggersAnnotation]: JSON.stringify([trigger]) };
}

/** A manifest whose container `web` has that image and follows `keycloak:20`. */
export function manifest(
  image: string = text,
  {
    kind = deployments,
    annotations = follows(kind),
    ...contents
  }: Partial<Contents> & { readonly kind?: WorkloadKind } = {},
): KubernetesObject {
  return workload(kind, { containers: [{ name: 'web', image }], annotations, ...contents });
}

export interface Writing {
  readonly kind?: WorkloadKind;
  readonly old?: KubernetesObject;
  /** `kubectl-client-side-apply` unless given. */
  readonly manager?: string;
  readonly user?: string;
  readonly dryRun?: boolean;
}

export interface Written {
  /** As it is stored. */
  readonly object: KubernetesObject;
  /** Of container `web`. */
  readonly image: string;
  readonly warnings: readonly string[];
  readonly patch: readonly { readonly op: string; readonly path: string }[];
}

/** Sends an object through both webhooks as the API server does; throws when it is refused. */
export async function write(
  webhook: Webhook,
  sent: KubernetesObject,
  writing: Writing = {},
): Promise<Written> {
  const { kind = deployments, old, manager = 'kubectl-client-side-apply', user = 'jane', dryRun } = writing;
  const request = {
    ...requestFor(kind, sent, {
      user: { username: user },
      ...(old === undefined ? {} : { old }),
      ...(dryRun === undefined ? {} : { dryRun }),
    }),
    options: { fieldManager: manager },
  };
  const mutated = await review(webhook, 'mutate', request);
  const patch = (patchOf(mutated) ?? []) as Written['patch'];
  const object = mutated.allowed
    ? applied(request, { answer: { allowed: true, patch: patch as never, warnings: [] } })
    : sent;
  const validated = await review(webhook, 'validate', { ...request, object });
  for (const { allowed, status } of [mutated, validated]) if (!allowed) throw new Error(status?.message);
  const warnings = [...(mutated.warnings ?? []), ...(validated.warnings ?? [])];
  return { object, image: imageOf(kind, object), warnings, patch };
}

/** Of container `web`. */
export function imageOf(kind: WorkloadKind, object: KubernetesObject): string {
  return imagesOf(kind, object).find(({ name }) => name === 'web')?.image ?? '';
}

/** The object with another image in `web`. */
export function withImage(
  object: KubernetesObject,
  image: string,
  kind: WorkloadKind = deployments,
): KubernetesObject {
  const copy = structuredClone(object) as Record<string, unknown>;
  let podSpec: Record<string, unknown> = copy;
  for (const field of kind.podSpecPath) podSpec = podSpec[field] as Record<string, unknown>;
  for (const list of ['containers', 'initContainers']) {
    const containers = (podSpec[list] ?? []) as { name: string; image: string }[];
    for (const container of containers) if (container.name === 'web') container.image = image;
  }
  return copy as KubernetesObject;
}

/** The object with annotations changed; undefined takes one away. */
export function annotated(
  object: KubernetesObject,
  changes: Readonly<Record<string, string | undefined>>,
): KubernetesObject {
  const entries = Object.entries({ ...object.metadata?.annotations, ...changes });
  const annotations = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export function annotationIn(object: KubernetesObject, key: string): string | undefined {
  return object.metadata?.annotations?.[key];
}

/** An annotation of ours, decoded; undefined when absent. */
export function recordIn(object: KubernetesObject, key: string): unknown {
  const value = annotationIn(object, key);
  return value === undefined ? undefined : JSON.parse(value);
}
