import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { runCommand } from './command.ts';
import { Supervision, waitFor } from './index.ts';

jest.setTimeout(60_000);

async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await runCommand('ps', ['-o', 'stat=', '-p', String(pid)]);
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

async function alive(pids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(pids.map(isAlive));
  return pids.filter((_, index) => states[index]);
}

describe('an owner that is killed', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves no process and no directory behind: %s',
    async (signal) => {
      const owner = spawn(process.execPath, [join(import.meta.dirname, 'owner.fixture.ts')]);
      const [line] = await once(owner.stdout, 'data');
      const { directory, pids } = JSON.parse(String(line)) as { directory: string; pids: number[] };
      expect(await alive(pids)).toEqual(pids);
      expect(statSync(directory).mode & 0o777).toBe(0o700);

      owner.kill(signal);
      await once(owner, 'exit');

      await waitFor('all of its processes to end', () => alive(pids), { until: (left) => left.length === 0 });
      expect(existsSync(directory)).toBe(false);
    },
  );
});

describe('a supervised process', () => {
  it('that ends before it is ready is reported with the end of its log', async () => {
    const supervision = await Supervision.begin();
    try {
      const failing = await supervision.start({
        name: 'failing',
        command: 'sh',
        args: ['-c', 'echo the port is taken >&2; exit 3'],
      });
      await expect(failing.ready(async () => false)).rejects.toThrow(
        /failing ended before it was ready: exit code 3\n.*failing\.log:\n {2}the port is taken$/,
      );
      expect((await supervision.failure).name).toBe('failing');
    } finally {
      await supervision.end();
    }
  });

  it('that does not exist is refused by name', async () => {
    const supervision = await Supervision.begin();
    try {
      const start = supervision.start({ name: 'absent', command: '/nowhere/absent', args: [] });
      await expect(start).rejects.toThrow('cannot start absent: spawn /nowhere/absent ENOENT');
    } finally {
      await supervision.end();
    }
  });

  it('leaves its log where logs are kept', async () => {
    const logs = mkdtempSync(join(tmpdir(), 'imagestreams-logs-'));
    try {
      const supervision = await Supervision.begin({ keepLogsIn: logs });
      const talker = await supervision.start({ name: 'talker', command: 'echo', args: ['hello'] });
      expect(await talker.exited).toBe('exit code 0');
      await supervision.end();
      expect(readFileSync(join(logs, 'talker.log'), 'utf8')).toBe('hello\n');
    } finally {
      rmSync(logs, { recursive: true });
    }
  });

  it('gets ports that no other supervision has', async () => {
    const [first, second] = await Promise.all([Supervision.begin(), Supervision.begin()]);
    try {
      expect(new Set([first.takePort(), first.takePort(), second.takePort(), second.takePort()]).size).toBe(
        4,
      );
    } finally {
      await Promise.all([first.end(), second.end()]);
    }
  });
});
