import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from './volume-files.ts';

const CURRENT = '..data';

/**
 * A directory whose files all change in one instant, as the kubelet's do: they are links through `..data`, which is a
 * link that is replaced.
 */
export class AtomicDirectory {
  readonly path: string;
  #files: Files | undefined;
  #version: string | undefined;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** @returns whether anything has changed */
  write(files: Files): boolean {
    if (this.#files !== undefined && isSame(this.#files, files)) return false;
    const version = mkdtempSync(join(this.path, '..v'));
    for (const [path, content] of files) {
      mkdirSync(dirname(join(version, path)), { recursive: true });
      writeFileSync(join(version, path), content, { mode: 0o600 });
    }
    symlinkSync(version, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, CURRENT));
    this.#link(new Set([...files.keys()].map((path) => path.split('/')[0] ?? path)));
    if (this.#version !== undefined) rmSync(this.#version, { recursive: true, force: true });
    this.#files = files;
    this.#version = version;
    return true;
  }

  #link(wanted: ReadonlySet<string>): void {
    const present = new Set(readdirSync(this.path).filter((name) => !name.startsWith('..')));
    for (const name of wanted) {
      if (!present.has(name)) symlinkSync(join(CURRENT, name), join(this.path, name));
    }
    for (const name of present) {
      if (!wanted.has(name)) rmSync(join(this.path, name));
    }
  }
}

function isSame(before: Files, after: Files): boolean {
  if (before.size !== after.size) return false;
  return [...after].every(([path, content]) => before.get(path)?.equals(content) === true);
}
