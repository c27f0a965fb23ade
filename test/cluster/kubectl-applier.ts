import type { Applier, Manifest } from './applier.ts';
import type { Project } from './project.ts';

const serverSide = ['--server-side', '--field-manager=team'];

/** A person with `kubectl apply`, or `kubectl apply --server-side` without force. */
export class KubectlApplier implements Applier {
  readonly #project: Project;
  readonly #options: readonly string[];

  constructor(project: Project, options: { readonly serverSide?: boolean } = {}) {
    this.#project = project;
    this.#options = options.serverSide === true ? serverSide : [];
  }

  async apply(manifest: Manifest, ...options: readonly string[]): Promise<void> {
    await this.#project.kubectl(['apply', ...this.#options, ...options, '-f', '-'], manifest);
  }

  async differences(manifest: Manifest): Promise<readonly string[]> {
    const { stdout, code } = await this.#project.refused(['diff', ...this.#options, '-f', '-'], manifest);
    return code === 0 ? [] : stdout.split('\n');
  }
}
