import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { UsageError } from './usage-error.ts';

const manifestExtensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/**
 * The manifests in a directory and in those below it, in name order. Names that begin with a dot are left out: editors'
 * lock files, and the hidden directories that a mounted ConfigMap links to. Throws a UsageError when it cannot be read.
 */
export function manifestPaths(directory: string): readonly string[] {
  return entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return manifestPaths(path);
    return manifestExtensions.has(extname(entry.name)) ? [path] : [];
  });
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new UsageError(unreadable(directory, error));
  }
}

/** Says in a few words why a file or directory cannot be read. */
export function unreadable(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return `${path} does not exist`;
    case 'ENOTDIR':
      return `${path} is not a directory`;
    case 'EISDIR':
      return `${path} is a directory`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by this user`;
    default:
      return `${path} cannot be read: ${message}`;
  }
}
