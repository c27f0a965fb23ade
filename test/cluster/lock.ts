import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { waitFor } from './waiting.ts';

const BEAT_MS = 1_000;
const STALE_MS = 15_000;
const PATIENCE_MS = 3_600_000;

/**
 * Runs `task` while holding a lock file, which the holder touches every second: one that was not touched for a while
 * belongs to a holder that was killed, and is taken over. Two that take over in the same instant may both run; what
 * is locked here costs time when done twice, nothing else.
 */
export async function withLock<T>(file: string, onWait: () => void, task: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  if (!acquire(file, token)) {
    onWait();
    await waitFor(`the lock ${file}`, () => acquire(file, token), { timeoutMs: PATIENCE_MS });
  }
  const beat = setInterval(() => touch(file), BEAT_MS);
  try {
    return await task();
  } finally {
    clearInterval(beat);
    if (holder(file) === token) rmSync(file, { force: true });
  }
}

function acquire(file: string, token: string): boolean {
  removeIfStale(file, token);
  try {
    writeFileSync(file, token, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function removeIfStale(file: string, token: string): void {
  try {
    if (Date.now() - statSync(file).mtimeMs < STALE_MS) return;
    // Only one of several gets it away under a name of its own.
    renameSync(file, `${file}.${token}`);
    rmSync(`${file}.${token}`);
  } catch {
    // Gone already.
  }
}

function holder(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Taken over while this process was suspended.
  }
}
