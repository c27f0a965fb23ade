import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SupervisedProcess } from '../supervised-process.ts';
import type { Supervision } from '../supervision.ts';

/** A process of a container. */
export interface ContainerProcess {
  /** Unique; names the log. */
  readonly name: string;
  readonly command: readonly string[];
  /** All of it: nothing of the agent's own is added. */
  readonly env: Readonly<Record<string, string>>;
  /** For `mounted-paths.ts`. */
  readonly mounts: string;
}

/** Starts processes where a container runtime would start containers. All end with the agent, even when it is killed. */
export class Runtime {
  readonly #supervision: Supervision;
  readonly #preload: string;

  constructor(supervision: Supervision) {
    this.#supervision = supervision;
    this.#preload = join(supervision.directory, 'mounted-paths.mjs');
    const source = readFileSync(join(import.meta.dirname, 'mounted-paths.ts'), 'utf8');
    // stripped here once: doing it in every process would take more memory than the program itself
    writeFileSync(this.#preload, stripTypeScriptTypes(source));
  }

  /** Where volumes may be. */
  get directory(): string {
    return this.#supervision.directory;
  }

  start({ name, command, env, mounts }: ContainerProcess): Promise<SupervisedProcess> {
    const [program = '', ...args] = command;
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
    const options = `--import=${pathToFileURL(this.#preload).href} ${env['NODE_OPTIONS'] ?? ''}`.trim();
    return this.#supervision.start({
      name,
      // wherever an image has its Node
      command: basename(program) === 'node' ? process.execPath : program,
      args,
      env: { PATH: path, HOME: '/', ...env, NODE_OPTIONS: options, TEST_MOUNTS: mounts },
      isolated: true,
      disposable: true,
    });
  }
}
