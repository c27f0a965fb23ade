import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestCluster } from '../cluster/index.ts';
import type { Values } from './installed-chart.ts';

/** The clocks of all pods of an installation, which a test puts wrong. */
export class PodClocks {
  readonly #preload: string;
  readonly #file: string;

  constructor({ directory }: TestCluster) {
    this.#preload = join(directory, 'shifted-clock.mjs');
    this.#file = join(directory, 'clocks.json');
    const source = readFileSync(join(import.meta.dirname, 'shifted-clock.ts'), 'utf8');
    writeFileSync(this.#preload, stripTypeScriptTypes(source));
    this.shift({});
  }

  /** For the chart, so that its pods have these clocks. */
  get values(): Values {
    const extraEnv = [
      { name: 'NODE_OPTIONS', value: `--import=${pathToFileURL(this.#preload).href}` },
      { name: 'TEST_CLOCKS', value: this.#file },
    ];
    return { extraEnv };
  }

  /** From now on: `wallMs` by which the wall clock is wrong, `steadyMs` that have passed although they have not. */
  shift({ wallMs = 0, steadyMs = 0 }): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify({ wallMs, steadyMs }));
    renameSync(next, this.#file);
  }
}
