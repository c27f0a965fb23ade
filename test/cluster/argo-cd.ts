import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../src/cluster/index.ts';
import { type Applier, type LiveObject, type Manifest, pathTo, readLive } from './applier.ts';
import { valuesOfFields } from './field-sets.ts';
import type { Project } from './project.ts';
import { threeWayDifferences } from './three-way.ts';

const manager = 'argocd-controller';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export interface ArgoCdSettings {
  /** Sync options `ServerSideApply=true` or `Replace=true`; client-side apply unless given. */
  readonly sync?: 'ServerSide' | 'Replace';
  /** Compare options: `ServerSideDiff=true`, and with `IncludeMutationWebhook=true`; three-way unless given. */
  readonly compare?: 'ServerSide' | 'WithWebhooks';
}

/**
 * Compares and syncs as Argo CD 3 does: it runs kubectl's own code as `argocd-controller`.
 * Source: gitops-engine `pkg/diff/diff.go` and `pkg/utils/kube/resource_ops.go`.
 */
export class ArgoCd implements Applier {
  readonly #project: Project;
  readonly #client: ApiClient;
  readonly #settings: ArgoCdSettings;

  constructor(project: Project, client: ApiClient, settings: ArgoCdSettings = {}) {
    this.#project = project;
    this.#client = client;
    this.#settings = settings;
  }

  async apply(manifest: Manifest): Promise<void> {
    const { sync } = this.#settings;
    if (sync === 'Replace' && (await this.#live(manifest).catch(() => undefined)) !== undefined) {
      // Argo CD replaces under no field manager, and the API server puts down the program's name; kubectl always names one
      await this.#project.kubectl(['replace', `--field-manager=${manager}`, '-f', '-'], tracked(manifest));
      return;
    }
    const serverSide = sync === 'ServerSide' ? ['--server-side', '--force-conflicts'] : [];
    const args = ['apply', ...serverSide, `--field-manager=${manager}`, '-f', '-'];
    await this.#project.kubectl(args, tracked(manifest));
  }

  async differences(manifest: Manifest): Promise<readonly string[]> {
    const live = await this.#live(manifest);
    return this.#settings.compare === undefined
      ? threeWay(tracked(manifest), live)
      : await this.#serverSide(tracked(manifest), live);
  }

  /** `ServerSideDiff`: what a server-side apply would give, webhooks included, compared with what is there. */
  async #serverSide(manifest: Manifest, live: LiveObject): Promise<readonly string[]> {
    const args = [
      ...['apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`],
      ...['--dry-run=server', '-o', 'json', '--show-managed-fields', '-f', '-'],
    ];
    const { stdout } = await this.#project.kubectl(args, manifest);
    const predicted = JSON.parse(stdout) as LiveObject;
    if (this.#settings.compare === 'WithWebhooks') {
      return isDeepStrictEqual(comparable(predicted), comparable(live)) ? [] : ['the object'];
    }
    // what a webhook changed counts only in fields that Argo CD owns
    const owned = (predicted.metadata.managedFields ?? []).filter((entry) => entry.manager === manager);
    return owned.flatMap(({ fieldsV1 }) => {
      const before = new Map(valuesOfFields(fieldsV1, live));
      return valuesOfFields(fieldsV1, predicted)
        .filter(([path, value]) => JSON.stringify(value) !== JSON.stringify(before.get(path)))
        .map(([path]) => path);
    });
  }

  #live(manifest: Manifest): Promise<LiveObject> {
    return readLive(this.#client, pathTo(this.#project.namespace, manifest));
  }
}

/** With the annotation by which Argo CD knows its own. */
function tracked(manifest: Manifest): Manifest {
  const metadata = manifest.metadata as { readonly annotations?: object };
  const annotations = { ...metadata.annotations, 'argocd.argoproj.io/tracking-id': 'shop:apps' };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } as Manifest['metadata'] };
}

function threeWay(manifest: Manifest, live: LiveObject): readonly string[] {
  const text = live.metadata.annotations?.[lastApplied];
  const last = text === undefined ? manifest : (JSON.parse(text) as Manifest);
  return threeWayDifferences(withoutNamespace(last), manifest, live);
}

/** It stands in what kubectl remembers, and need not in the manifest. */
function withoutNamespace({ metadata, ...rest }: Manifest): object {
  const { namespace: _, ...others } = metadata as Manifest['metadata'] & { readonly namespace?: string };
  return { ...rest, metadata: others };
}

/** Argo CD 3 leaves status out of its comparisons. */
function comparable({
  metadata: { managedFields: _, ...metadata },
  status: __,
  ...rest
}: LiveObject): object {
  return { ...rest, metadata: { ...metadata, resourceVersion: '' } };
}
