import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned } from './cores.ts';

/** A started program of a benchmark. */
export interface Program {
  /** The part of its output that says that it is up, in the groups of `announces`. */
  readonly announced: Readonly<Record<string, string>>;
  /** Mebibytes that are resident now. */
  residentMiB(): Promise<number>;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly core: 'server' | 'load';
  /** Command and arguments. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The file that takes standard output and standard error, as a container runtime would. */
  readonly log: string;
  /** What it writes once it is up. */
  readonly announces: RegExp;
}

const patienceMs = 60_000;

/** Starts a program on its core and waits until it says that it is up. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { core, command, cwd, env, log, announces } = options;
  const output = await open(log, 'w');
  const [program, ...args] = pinned(core, command);
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output.fd, output.fd],
  });
  await output.close();
  const stop = async () => {
    if (child.exitCode !== null || !child.kill('SIGTERM')) return;
    await once(child, 'exit');
  };
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const match = announces.exec(await readFile(log, 'utf8'));
    if (match !== null) {
      return { announced: match.groups ?? {}, residentMiB: () => residentMiB(child.pid ?? 0), stop };
    }
    if (child.exitCode !== null || Date.now() > giveUpAt) break;
    await sleep(50);
  }
  await stop();
  throw new Error(`${command.join(' ')} did not come up:\n${await readFile(log, 'utf8')}`);
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
