/**
 * Loaded into each Node program before its own modules: there are no mounts without a container runtime or rights that an
 * ordinary user need not have, so paths below a mount lead to the directory that stands for it. Writing where the
 * container could not write fails as it does there. The host has the pod's name.
 *
 * Types are stripped and nothing is imported but Node's own, so that it costs the program no memory to speak of.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Mount {
  readonly path: string;
  readonly directory: string;
  readonly readOnly: boolean;
}

interface Mounts {
  /** The deepest first. */
  readonly mounts: readonly Mount[];
  readonly readOnlyRoot: boolean;
  /** Directories that are what they are, whatever is mounted above them. */
  readonly real: readonly string[];
}

type Call = (...args: unknown[]) => unknown;

const { mounts, readOnlyRoot, real } = JSON.parse(process.env['TEST_MOUNTS'] ?? '{}') as Mounts;

const READERS = [
  ...['access', 'createReadStream', 'exists', 'lstat', 'opendir', 'readFile', 'readdir', 'readlink'],
  ...['realpath', 'stat', 'statfs', 'unwatchFile', 'watch', 'watchFile'],
];
const WRITERS = [
  ...['appendFile', 'chmod', 'createWriteStream', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'truncate', 'unlink'],
  ...['utimes', 'writeFile'],
];
const WRITERS_OF_TWO = ['copyFile', 'cp', 'link', 'rename', 'symlink'];

for (const module of [fs, fs.promises] as unknown as Record<string, Call | undefined>[]) {
  const suffixes = module === (fs as unknown) ? ['', 'Sync'] : [''];
  for (const suffix of suffixes) {
    for (const name of READERS) replace(module, name + suffix, [0], () => false);
    for (const name of WRITERS) replace(module, name + suffix, [0], () => true);
    for (const name of WRITERS_OF_TWO) replace(module, name + suffix, [0, 1], () => true);
    replace(module, `open${suffix}`, [0], ([, flags]) => writes(flags));
  }
}
os.hostname = () => process.env['HOSTNAME'] ?? '';
syncBuiltinESMExports();

function replace(
  module: Record<string, Call | undefined>,
  name: string,
  places: readonly number[],
  writing: (args: readonly unknown[]) => boolean,
): void {
  const original = module[name];
  if (original === undefined) return;
  const replacement = (...args: unknown[]) => {
    const written = places.at(-1) ?? 0;
    if (writing(args) && isReadOnly(args[written])) {
      const error = Object.assign(new Error(`EROFS: read-only file system, ${name} '${args[written]}'`), {
        code: 'EROFS',
        syscall: name,
      });
      if (module === (fs.promises as unknown)) return Promise.reject(error);
      throw error;
    }
    for (const place of places) args[place] = translated(args[place]);
    return original.apply(module, args);
  };
  module[name] = Object.assign(replacement, original);
}

function absolute(path: unknown): string | undefined {
  if (path instanceof URL) return path.protocol === 'file:' ? fileURLToPath(path) : undefined;
  return typeof path === 'string' ? resolve(path) : undefined;
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory + sep);
}

function mountOf(path: string): Mount | undefined {
  if (real.some((directory) => isBelow(path, directory))) return undefined;
  return mounts.find((mount) => isBelow(path, mount.path));
}

function translated(given: unknown): unknown {
  const path = absolute(given);
  const mount = path === undefined ? undefined : mountOf(path);
  return path === undefined || mount === undefined ? given : mount.directory + path.slice(mount.path.length);
}

function isReadOnly(given: unknown): boolean {
  const path = absolute(given);
  if (path === undefined || isBelow(path, '/dev') || isBelow(path, '/proc')) return false;
  const mount = mountOf(path);
  if (mount !== undefined) return mount.readOnly;
  return readOnlyRoot && !mounts.some(({ directory, readOnly }) => !readOnly && isBelow(path, directory));
}

function writes(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
  return typeof flags === 'string' && /[wa+]/.test(flags);
}
