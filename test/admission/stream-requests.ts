import type { AdmissionRequest, UserInfo } from '../../src/admission/index.ts';
import type {
  ImageStream,
  ImageStreamSpec,
  ImageStreamStatus,
  TagReference,
} from '../../src/imagestream/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';

export interface StreamRequestOptions {
  readonly old?: ImageStream;
  readonly subResource?: string;
  readonly operation?: string;
  readonly version?: string;
  readonly user?: UserInfo;
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

/** An admission request for an ImageStream `app` in namespace `app`: an update where an old one is given. */
export function streamRequest(object: unknown, options: StreamRequestOptions = {}): AdmissionRequest {
  const { old, subResource, version = 'v1', user = { username: 'jane' }, fieldManager, dryRun } = options;
  return {
    uid: 'b5b1d3f0-0001-4a5c-9d3b-2f1f6f1c0002',
    resource: { group: 'image.openshift.io', version, resource: 'imagestreams' },
    name: 'app',
    namespace: 'app',
    operation: options.operation ?? (old === undefined ? 'CREATE' : 'UPDATE'),
    userInfo: user,
    object: object as KubernetesObject,
    oldObject: (old ?? null) as unknown as KubernetesObject,
    ...(subResource === undefined ? {} : { subResource }),
    ...(fieldManager === undefined ? {} : { options: { fieldManager } }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

/** A stream `app` with these tags, as a user writes it. */
export function streamOf(tags: readonly TagReference[], more: StreamParts = {}): ImageStream {
  const { annotations, spec, ...rest } = more;
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'app', namespace: 'app', ...(annotations === undefined ? {} : { annotations }) },
    spec: { tags, ...spec },
    ...rest,
  };
}

export interface StreamParts {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: ImageStreamSpec;
  readonly status?: ImageStreamStatus;
}

/** A tag from a registry. */
export function imported(
  name: string,
  from = `quay.io/org/app:${name}`,
  more: Partial<TagReference> = {},
): TagReference {
  return { name, from: { kind: 'DockerImage', name: from }, ...more };
}

/** The same as it is stored. */
export function stored(name: string, generation: number, from?: string): TagReference {
  return imported(name, from, {
    generation,
    importPolicy: { importMode: 'PreserveOriginal' },
    referencePolicy: { type: 'Source' },
  });
}

/** A tag from a tag of another stream. */
export function alias(name: string, from: string, namespace?: string): TagReference {
  return {
    name,
    from: { kind: 'ImageStreamTag', name: from, ...(namespace === undefined ? {} : { namespace }) },
  };
}
