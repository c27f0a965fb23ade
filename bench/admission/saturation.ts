import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned } from './cores.ts';
import type { Target } from './target.ts';

/** What one run at full load came to. */
export interface Saturation {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const connections = 32;

/** As many reviews as the server takes over 32 kept-alive connections, sent by wrk from the other core. */
export async function saturate({ port, paths, bodies }: Target, seconds: number): Promise<Saturation> {
  const [command, ...args] = pinned('load', [
    'wrk',
    '--threads=1',
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    '--timeout=10s',
    `--script=${join(import.meta.dirname, 'post.lua')}`,
    `https://127.0.0.1:${port}`,
  ]);
  const { stdout } = await promisify(execFile)(command, args, {
    env: { ...process.env, BENCH_BODIES: bodies, BENCH_PATHS: paths.join(' ') },
  });
  const { failures, ...result } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Saturation & {
    readonly failures: number;
  };
  if (failures > 0) throw new Error(`${failures} requests failed`);
  return result;
}
