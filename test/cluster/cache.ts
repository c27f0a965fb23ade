import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModuleName } from './programs.ts';

const GO_SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const GO_MACHINES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** What is built for: this machine, in Go's words. */
export const TARGET = {
  GOOS: GO_SYSTEMS[process.platform] ?? process.platform,
  GOARCH: GO_MACHINES[process.arch] ?? process.arch,
} as const;

/** Where a module's go.mod lies. */
export function moduleDirectory(module: ModuleName): string {
  return join(import.meta.dirname, 'modules', module);
}

/**
 * Where a module's programs are kept once built: outside the checkout, by the content of the module files, so that
 * checkouts and branches share what they pin alike. Safe to delete at any time.
 */
export function cacheDirectory(module: ModuleName): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(moduleDirectory(module), file)));
  hash.update(`${TARGET.GOOS}/${TARGET.GOARCH}`);
  const home = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(home, 'imagestreams', 'test-cluster', hash.digest('hex'));
}
