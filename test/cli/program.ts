import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The top of the checkout, where a person types the commands. */
export const checkout = join(import.meta.dirname, '../..');

/** What a run of the program came to. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
}

/** Starts the real program, as its `bin` does. */
export function start(
  args: readonly string[],
  { cwd = checkout }: RunOptions = {},
): ChildProcessWithoutNullStreams {
  const environment = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: undefined };
  return spawn(process.execPath, [join(checkout, 'src/cli/main.ts'), ...args], { cwd, env: environment });
}

/** Runs the real program to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = start(args, options);
  child.stdin.end(options.input ?? '');
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}

/** A directory that is gone when the work is done. */
export async function inTemporaryDirectory(work: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'imagestreams-cli-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
