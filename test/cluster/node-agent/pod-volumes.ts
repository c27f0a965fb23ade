import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AtomicDirectory } from './atomic-directory.ts';
import type { Whereabouts } from './downward.ts';
import type { Container, Pod } from './objects.ts';
import { type VolumeSources, volumeFiles } from './volume-files.ts';

/** The volumes of one pod, as directories. */
export class PodVolumes {
  readonly directory: string;
  readonly #pod: Pod;
  readonly #sources: VolumeSources;
  readonly #at: Whereabouts;
  readonly #kept = new Map<string, AtomicDirectory>();

  constructor(directory: string, pod: Pod, sources: VolumeSources, at: Whereabouts) {
    this.directory = directory;
    this.#pod = pod;
    this.#sources = sources;
    this.#at = at;
  }

  /**
   * Makes the directories hold what they are to hold now.
   *
   * @throws Error that says what is missing; the volumes keep what they had then
   */
  async sync(): Promise<void> {
    for (const volume of this.#pod.spec.volumes ?? []) {
      const files = await volumeFiles(volume, this.#pod, this.#sources, this.#at);
      const path = join(this.directory, volume.name);
      if (files === undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
      else {
        const kept = this.#kept.get(volume.name) ?? new AtomicDirectory(path);
        this.#kept.set(volume.name, kept);
        kept.write(files);
      }
    }
  }

  /** What `mounted-paths.ts` is to do for a container, as the value of its variable. */
  mounts({ volumeMounts = [], securityContext }: Container, real: readonly string[]): string {
    const writable = new Set(
      this.#pod.spec.volumes?.filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name),
    );
    const mounts = volumeMounts
      .map(({ name, mountPath, subPath = '', readOnly = false }) => ({
        path: mountPath.replace(/\/+$/, ''),
        directory: join(this.directory, name, subPath).replace(/\/+$/, ''),
        readOnly: readOnly || !writable.has(name),
      }))
      .sort((a, b) => b.path.length - a.path.length);
    const readOnlyRoot = securityContext?.readOnlyRootFilesystem === true;
    return JSON.stringify({ mounts, readOnlyRoot, real: [this.directory, ...real] });
  }
}
