import { type ImageStream, imageStreamGroup } from '../imagestream/index.ts';
import { triggersAnnotation } from '../triggers/index.ts';

/** What a check is played with. */
export interface Cast {
  readonly namespace: string;
  /** Of the stream and of the Deployment; nobody else's. */
  readonly name: string;
  /** Repository that the images are said to be of; none of them is there, and none is pulled. */
  readonly repository: string;
}

/** The tag that is named by workloads, an alias of one of the two others. */
export const followed = 'stable';

export type Version = 'v1' | 'v2';

const digests: Readonly<Record<Version, string>> = {
  v1: `sha256:${'1'.repeat(64)}`,
  v2: `sha256:${'2'.repeat(64)}`,
};

/** What a version's name is resolved to. */
export function pullSpecOf({ repository }: Cast, version: Version): string {
  return `${repository}@${digests[version]}`;
}

/** A stream with local lookup and no tag. */
export function stream({ namespace, name }: Cast): ImageStream {
  return {
    apiVersion: `${imageStreamGroup}/v1`,
    kind: 'ImageStream',
    metadata: { namespace, name },
    spec: { lookupPolicy: { local: true } },
  };
}

/** Merge patch of a stream's status: both versions are there, as after a push to the cluster's own registry. */
export function pushed(cast: Cast, created: string): object {
  const tags = (['v1', 'v2'] as const).map((version) => ({
    tag: version,
    items: [
      { created, generation: 1, dockerImageReference: pullSpecOf(cast, version), image: digests[version] },
    ],
  }));
  return { status: { tags } };
}

/** Merge patch of a stream's spec: the followed tag is an alias of a version, which is what moving it means. */
export function pointing(version: Version, imported?: string): object {
  const alias = { name: followed, from: { kind: 'ImageStreamTag', name: version } };
  return { spec: { tags: imported === undefined ? [alias] : [alias, importing(imported)] } };
}

/** The tag that is imported from a registry. */
export const importedTag = 'imported';

function importing(source: string): object {
  return { name: importedTag, from: { kind: 'DockerImage', name: source } };
}

/** A Pod that names the followed tag. */
export function pod(cast: Cast): object {
  const { namespace, name } = cast;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec: podSpec(cast) };
}

/** A Deployment without pods that follows the tag. */
export function deployment(cast: Cast, container = 'app'): object {
  const { namespace, name } = cast;
  const trigger = {
    from: { kind: 'ImageStreamTag', name: `${name}:${followed}` },
    fieldPath: `spec.template.spec.containers[?(@.name=="${container}")].image`,
  };
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, annotations: { [triggersAnnotation]: JSON.stringify([trigger]) } },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(cast) },
    },
  };
}

/** The same with an annotation that sets the image of a container that it has not. */
export function brokenDeployment(cast: Cast): object {
  return deployment(cast, 'absent');
}

function podSpec({ name }: Cast): object {
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: `${name}:${followed}`,
        resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}
