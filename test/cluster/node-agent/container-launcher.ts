import { join } from 'node:path';
import type { SupervisedProcess } from '../supervised-process.ts';
import { StartFailure } from './container-runner.ts';
import { exitCode } from './container-state.ts';
import type { Whereabouts } from './downward.ts';
import { environment } from './environment.ts';
import { expand } from './expansion.ts';
import { commandLine, localImage } from './images.ts';
import type { NodeContext } from './node-context.ts';
import type { Container, Pod } from './objects.ts';
import type { PodVolumes } from './pod-volumes.ts';
import type { VolumeSources } from './volume-files.ts';

/** Starts the processes of one pod's containers. */
export class ContainerLauncher {
  readonly #pod: Pod;
  readonly #context: NodeContext;
  readonly #volumes: PodVolumes;
  readonly #sources: VolumeSources;
  readonly #at: Whereabouts;
  #execs = 0;

  constructor(pod: Pod, context: NodeContext, volumes: PodVolumes, sources: VolumeSources, at: Whereabouts) {
    this.#pod = pod;
    this.#context = context;
    this.#volumes = volumes;
    this.#sources = sources;
    this.#at = at;
  }

  /** The container's own process, in its run of that number. @throws StartFailure */
  start(container: Container, run: number): Promise<SupervisedProcess> {
    return this.#start(container, this.#processName(container.name, run));
  }

  /** Another command in the same surroundings; answers with its exit code. */
  async exec(container: Container, command: readonly string[], timeoutMs: number): Promise<number> {
    this.#execs += 1;
    const name = `${this.#processName(container.name, 0)}.exec${this.#execs}`;
    const process = await this.#start(container, name, command);
    const timeUp = setTimeout(() => process.signal('SIGKILL'), timeoutMs);
    const how = await process.exited;
    clearTimeout(timeUp);
    return exitCode(how);
  }

  logFile(container: string, run: number): string {
    return join(this.#context.runtime.directory, `${this.#processName(container, run)}.log`);
  }

  async #start(container: Container, name: string, command?: readonly string[]): Promise<SupervisedProcess> {
    const { images, apiServer, runtime, realDirectories } = this.#context;
    const image = localImage(images, container.image);
    if (image === undefined) {
      const known = Object.keys(images).join(', ');
      throw new StartFailure('ErrImagePull', `nothing stands for ${container.image}; there are: ${known}`);
    }
    const given = {
      HOSTNAME: this.#pod.metadata.name,
      KUBERNETES_SERVICE_HOST: apiServer.hostname,
      KUBERNETES_SERVICE_PORT: apiServer.port,
      ...image.env,
    };
    const env = await environment(this.#pod, container, given, this.#sources, this.#at).catch(
      (error: Error) => {
        throw new StartFailure('CreateContainerConfigError', error.message);
      },
    );
    const own = commandLine(image, container.command, container.args).map((each) => expand(each, env));
    const mounts = this.#volumes.mounts(container, realDirectories);
    return await runtime.start({ name, command: command ?? own, env, mounts });
  }

  #processName(container: string, run: number): string {
    const { namespace, name, uid } = this.#pod.metadata;
    return `pod_${namespace}_${name}_${uid.slice(0, 8)}_${container}.${run}`;
  }
}
