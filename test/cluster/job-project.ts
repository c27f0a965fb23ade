import { ApiClient, connect, isApiError, type JsonObject, resourcePath } from '../../src/cluster/index.ts';
import type { TestCluster } from './cluster.ts';
import type { Project } from './project.ts';
import { waitFor } from './waiting.ts';
import { triggerAnnotation, workloads } from './workloads.ts';

/** A Job as tests look at it. */
export interface SeenJob extends JsonObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager: string; readonly subresource?: string }[];
  };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: JsonObject;
}

export type Phase = 'waiting' | 'running' | 'finished';

/** The manifest of a Job that follows `keycloak:20`, and comes to that phase by itself. */
export function jobManifest(name: string, phase: Phase, image: string, onChange?: string): object {
  const asked = onChange === undefined ? {} : { 'imagestreams.io/on-change': onChange };
  const annotations = { ...triggerAnnotation('Job', 'keycloak:20'), ...asked };
  const job = workloads['Job']!(name, { image, annotations }) as {
    readonly spec: { readonly template: { readonly spec: object } };
  };
  const { template } = job.spec;
  // no node takes it, so its pod waits and never ends
  const spec = phase === 'running' ? { ...template.spec, nodeSelector: { never: 'there' } } : template.spec;
  return {
    ...job,
    spec: { ...(phase === 'waiting' ? { suspend: true } : {}), template: { ...template, spec } },
  };
}

/** The Jobs of a project, read without kubectl. */
export class ProjectJobs {
  readonly #namespace: string;
  readonly #client: ApiClient;

  private constructor(namespace: string, client: ApiClient) {
    this.#namespace = namespace;
    this.#client = client;
  }

  static async of({ namespace }: Project, { kubeconfig }: TestCluster): Promise<ProjectJobs> {
    const client = new ApiClient({
      connection: await connect({ kubeconfig }),
      userAgent: 'imagestreams-test',
    });
    return new ProjectJobs(namespace, client);
  }

  close(): void {
    this.#client.close();
  }

  async get(name: string): Promise<SeenJob | undefined> {
    const place = { group: 'batch', version: 'v1', resource: 'jobs', namespace: this.#namespace, name };
    try {
      return (await this.#client.get(resourcePath(place))) as SeenJob;
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** Waits until the Job is in the phase that it was made for. */
  async reached(name: string, phase: Phase): Promise<SeenJob> {
    return await waitFor(`Job ${name} to be ${phase}`, async () => {
      const job = await this.get(name);
      const status = JSON.stringify(job?.status ?? {});
      const isThere = {
        waiting: status.includes('"Suspended"'),
        running: status.includes('"active":1'),
        finished: status.includes('"Complete"'),
      };
      return isThere[phase] ? job : undefined;
    });
  }

  /** Waits until another Job stands in the place of that one, and belongs to nobody of ours. */
  async replaced({ metadata: { name, uid } }: SeenJob): Promise<SeenJob> {
    return await waitFor(`Job ${name} to be made anew`, async () => {
      const job = await this.get(name);
      const isOurs = job?.metadata.managedFields?.some(
        ({ manager }) => manager === 'imagestreams-controller',
      );
      return job !== undefined && job.metadata.uid !== uid && isOurs !== true ? job : undefined;
    });
  }

  /** Notes of Events with that reason on any Job of that name, or on an image stream. */
  async notes(reason: string, name: string, kind = 'Job'): Promise<readonly string[]> {
    const namespace = this.#namespace;
    const path = resourcePath({ group: 'events.k8s.io', version: 'v1', resource: 'events', namespace });
    const query = { fieldSelector: `regarding.kind=${kind},regarding.name=${name},reason=${reason}` };
    const { items } = (await this.#client.get(path, { query })) as {
      readonly items: readonly { readonly note: string }[];
    };
    return items.map(({ note }) => note);
  }

  async noted(reason: string, name: string, kind = 'Job'): Promise<string> {
    return await waitFor(`an Event ${reason} on ${kind} ${name}`, async () => {
      return (await this.notes(reason, name, kind))[0];
    });
  }
}

export function imageOf({ spec }: SeenJob): string {
  return spec.template.spec.containers[0]?.image ?? '';
}
