import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../src/cluster/index.ts';
import {
  type Applier,
  type LiveObject,
  type ManagedFields,
  type Manifest,
  pathTo,
  readLive,
} from './applier.ts';

const manager = 'kustomize-controller';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Reconciles as Flux's kustomize-controller does: a forced server-side apply as a dry run, and in earnest only where that would change
 * labels, annotations or spec, or where somebody's kubectl left a trace that it takes over.
 * Source: fluxcd/pkg `ssa/manager_apply.go`, `manager_diff.go` and `patch.go`; kustomize-controller's clean-up options.
 */
export class Flux implements Applier {
  readonly #namespace: string;
  readonly #client: ApiClient;

  constructor({ namespace }: { readonly namespace: string }, client: ApiClient) {
    this.#namespace = namespace;
    this.#client = client;
  }

  async differences(manifest: Manifest): Promise<readonly string[]> {
    const [live, predicted] = [await this.#live(manifest), await this.#send(manifest, { dryRun: 'All' })];
    return ['labels', 'annotations', 'spec'].filter(
      (part) => !isDeepStrictEqual(partOf(live, part), partOf(predicted, part)),
    );
  }

  async apply(manifest: Manifest): Promise<void> {
    const live = await this.#live(manifest).catch(() => undefined);
    const cleaned = live !== undefined && (await this.#cleanUp(manifest, live));
    if (live !== undefined && !cleaned && (await this.differences(manifest)).length === 0) return;
    await this.#send(manifest);
  }

  /** Takes over what `kubectl` owns, whatever its command was, and forgets what it remembers. */
  async #cleanUp(manifest: Manifest, { metadata }: LiveObject): Promise<boolean> {
    const patch: object[] = [];
    if (metadata.annotations?.[lastApplied] !== undefined) {
      patch.push({ op: 'remove', path: `/metadata/annotations/${lastApplied.replace('/', '~1')}` });
    }
    const entries = metadata.managedFields ?? [];
    if (entries.some(isTakenOver)) {
      const value = entries.map((entry) => {
        return isTakenOver(entry) ? { ...entry, manager, operation: 'Apply' } : entry;
      });
      patch.push({ op: 'replace', path: '/metadata/managedFields', value });
    }
    if (patch.length === 0) return false;
    const options = { type: 'application/json-patch+json', query: { fieldManager: manager } } as const;
    await this.#client.patch(pathTo(this.#namespace, manifest), patch, options);
    return true;
  }

  async #send(manifest: Manifest, query: Readonly<Record<string, string>> = {}): Promise<LiveObject> {
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const sent = { ...manifest, metadata: { ...manifest.metadata, labels } };
    return (await this.#client.patch(pathTo(this.#namespace, manifest), sent, {
      type: 'application/apply-patch+yaml',
      query: { fieldManager: manager, force: 'true', ...query },
    })) as LiveObject;
  }

  #live(manifest: Manifest): Promise<LiveObject> {
    return readLive(this.#client, pathTo(this.#namespace, manifest));
  }
}

function isTakenOver({ manager: name, subresource = '' }: ManagedFields): boolean {
  return name.startsWith('kubectl') && subresource === '';
}

function partOf(object: LiveObject, part: string): unknown {
  return part === 'spec' ? object.spec : (object.metadata as Readonly<Record<string, unknown>>)[part];
}
