/**
 * A process of its own, so that nothing outlives the process that asked for it: it starts programs on request, and when
 * its owner ends (the channel between them closes, even after `kill -9`) or it gets a signal, it stops them all and
 * removes the temporary directory.
 *
 * It is in a session of its own: Ctrl-C in the owner's terminal reaches the owner, which decides.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservePorts } from './ports.ts';
import type { ProcessSpec, Reply, Request, SupervisorSettings } from './protocol.ts';

const GRACE_MS = 5_000;

const settings = JSON.parse(process.argv[2] ?? '{}') as SupervisorSettings;
const directory = mkdtempSync(join(tmpdir(), settings.prefix));
const running = new Map<string, ChildProcess>();
const disposable = new Set<string>();
let stopping = false;

process.on('message', (request: Request) => {
  switch (request.type) {
    case 'start':
      start(request.spec);
      break;
    case 'signal':
      signalGroup(running.get(request.name), request.signal);
      break;
    case 'shutdown':
      shutDown();
      break;
  }
});
process.on('disconnect', shutDown);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, shutDown);
process.on('uncaughtException', shutDown);

reply({ type: 'ready', directory, firstPort: await reservePorts() });
if (!process.connected) shutDown();

function start(spec: ProcessSpec): void {
  const { name, command, args, env, isolated = false, cwd, disposable: isDisposable = false } = spec;
  if (stopping || running.has(name)) {
    reply({ type: 'refused', name, reason: stopping ? 'the supervisor is stopping' : 'the name is taken' });
    return;
  }
  const log = openSync(join(directory, `${name}.log`), 'a', 0o600);
  // A group of its own, so that whatever the program starts can be signalled with it.
  const child = spawn(command, args, {
    cwd: cwd ?? directory,
    env: { ...(isolated ? {} : process.env), ...env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.once('spawn', () => {
    running.set(name, child);
    if (isDisposable) disposable.add(name);
    reply({ type: 'started', name, pid: child.pid! });
  });
  child.once('error', (error) => {
    if (child.pid === undefined) reply({ type: 'refused', name, reason: error.message });
  });
  child.once('exit', (code, signal) => {
    running.delete(name);
    reply({ type: 'exited', name, how: signal === null ? `exit code ${code}` : signal });
    if (stopping && running.size === 0) finish();
  });
}

function shutDown(): void {
  if (stopping) return;
  stopping = true;
  if (running.size === 0) finish();
  for (const [name, child] of running) signalGroup(child, disposable.has(name) ? 'SIGKILL' : 'SIGTERM');
  setTimeout(() => {
    for (const child of running.values()) signalGroup(child, 'SIGKILL');
  }, GRACE_MS);
}

function finish(): never {
  if (settings.keepLogsIn !== undefined) keepLogs(settings.keepLogsIn);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

function keepLogs(destination: string): void {
  mkdirSync(destination, { recursive: true });
  for (const file of readdirSync(directory)) {
    if (file.endsWith('.log')) cpSync(join(directory, file), join(destination, file));
  }
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}

function reply(message: Reply): void {
  // The owner may be gone; what is still running is stopped through `disconnect`.
  if (process.connected) process.send?.(message, () => undefined);
}
