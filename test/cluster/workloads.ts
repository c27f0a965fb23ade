/** What varies in the workloads that the tests apply. */
export interface WorkloadParts {
  readonly image: string;
  readonly initImage?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly replicas?: number;
  readonly serviceAccountName?: string;
}

type Build = (name: string, parts: WorkloadParts) => object;

const container = 'keycloak';

function podSpec(parts: WorkloadParts, restartPolicy: string): object {
  const { image, initImage, serviceAccountName } = parts;
  return {
    restartPolicy,
    containers: [{ name: container, image }],
    ...(initImage === undefined ? {} : { initContainers: [{ name: 'init', image: initImage }] }),
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
  };
}

function metadata(name: string, { annotations, labels }: WorkloadParts): object {
  return {
    name,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function template(name: string, parts: WorkloadParts, restartPolicy = 'Always'): object {
  return { metadata: { labels: { app: name } }, spec: podSpec(parts, restartPolicy) };
}

function replicated(
  apiVersion: string,
  kind: string,
  selector: (name: string) => object,
  more: object = {},
): Build {
  return (name, parts) => ({
    apiVersion,
    kind,
    metadata: metadata(name, parts),
    spec: {
      replicas: parts.replicas ?? 1,
      selector: selector(name),
      template: template(name, parts),
      ...more,
    },
  });
}

const byLabels = (name: string) => ({ matchLabels: { app: name } });

/** A manifest of each kind that admission covers, all with one container `keycloak`. */
export const workloads: Readonly<Record<string, Build>> = {
  Deployment: replicated('apps/v1', 'Deployment', byLabels),
  StatefulSet: replicated('apps/v1', 'StatefulSet', byLabels, { serviceName: 'none' }),
  ReplicaSet: replicated('apps/v1', 'ReplicaSet', byLabels),
  ReplicationController: replicated('v1', 'ReplicationController', (name) => ({ app: name })),
  DaemonSet: (name, parts) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadata(name, parts),
    spec: { selector: byLabels(name), template: template(name, parts) },
  }),
  Pod: (name, parts) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(name, parts),
    spec: podSpec(parts, 'Always'),
  }),
  Job: (name, parts) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(name, parts),
    spec: { template: template(name, parts, 'Never') },
  }),
  CronJob: (name, parts) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata(name, parts),
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: template(name, parts, 'Never') } },
    },
  }),
};

/** JSONPath of the pod spec, as kubectl writes it. */
export function podSpecPath(kind: string): string {
  switch (kind) {
    case 'Pod':
      return '.spec';
    case 'CronJob':
      return '.spec.jobTemplate.spec.template.spec';
    default:
      return '.spec.template.spec';
  }
}

/** A trigger annotation as `oc set triggers` writes it. */
export function triggerAnnotation(kind: string, tag: string): Readonly<Record<string, string>> {
  const fieldPath = `${podSpecPath(kind).slice(1)}.containers[?(@.name=="${container}")].image`;
  const triggers = [{ from: { kind: 'ImageStreamTag', name: tag }, fieldPath }];
  return { 'image.openshift.io/triggers': JSON.stringify(triggers) };
}
