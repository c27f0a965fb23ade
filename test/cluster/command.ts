import { spawn } from 'node:child_process';

export interface CommandSettings {
  /** Written to its standard input. */
  readonly input?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Killed after this long; two minutes if absent. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; -1 when a signal ended it. */
  readonly code: number;
}

/**
 * Runs a short-lived program without a shell.
 *
 * @throws Error only when it cannot be started; a failure of the program is in `code`
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { input = '', env, cwd, timeoutMs = 120_000 }: CommandSettings = {},
): Promise<CommandResult> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that does not read its input closes the pipe early.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout, stderr, code: code ?? -1 }));
  }).finally(() => clearTimeout(timer));
}
