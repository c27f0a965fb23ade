import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleDirectory, TARGET } from './cache.ts';
import { runCommand } from './command.ts';
import type { ModuleName } from './programs.ts';

/** The environment of every `go` command: reproducible, independent of a person's own settings and of C. */
export const GO_ENVIRONMENT = {
  ...TARGET,
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly -buildvcs=false',
  GOWORK: 'off',
} as const;

/** Why the Go toolchain here cannot build a module, in one line; undefined when it can. */
export async function goProblem(module: ModuleName): Promise<string | undefined> {
  const cwd = moduleDirectory(module);
  const wanted = /^go (\S+)$/m.exec(readFileSync(join(cwd, 'go.mod'), 'utf8'))?.[1];
  const advice = `install Go ${wanted} or newer from https://go.dev/dl`;
  try {
    // In the module's directory a too old toolchain fails, or fetches the right one where it is allowed to.
    const { code, stderr } = await runCommand('go', ['list', '-m'], { cwd, env: GO_ENVIRONMENT });
    if (code === 0) return undefined;
    return `go cannot build them (${stderr.trim().split('\n')[0]}): ${advice}`;
  } catch {
    return `there is no go on the PATH to build them: ${advice}`;
  }
}
