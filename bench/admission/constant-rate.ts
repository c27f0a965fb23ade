import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile } from '../statistics.ts';

/**
 * Sends reviews at a constant rate, whether or not the earlier ones are answered, and measures each from the moment it was
 * due: a server that stalls is charged for everybody who would have waited. Prints percentiles in milliseconds as JSON.
 * Arguments: port, file of bodies, requests per second, seconds, paths.
 */
const [port, file = '', rate, seconds, ...paths] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8').trim().split('\n');
const pool = new Pool(`https://127.0.0.1:${port}`, {
  connections: 32,
  connect: { rejectUnauthorized: false },
});
const headers = { 'content-type': 'application/json' };
const warmUpSeconds = 2;

async function send(index: number, due: number): Promise<number> {
  const path = paths[index % paths.length] ?? '/';
  const body = bodies[Math.floor(index / paths.length) % bodies.length] ?? '';
  const response = await pool.request({ method: 'POST', path, headers, body });
  await response.body.dump();
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
  return performance.now() - due;
}

async function run(count: number): Promise<readonly number[]> {
  const start = performance.now();
  const answers: Promise<number>[] = [];
  for (let index = 0; index < count; index += 1) {
    const due = start + (index * 1000) / Number(rate);
    // a timer would be up to a millisecond late
    while (performance.now() < due) await turn();
    answers.push(send(index, due));
  }
  return await Promise.all(answers);
}

await run(warmUpSeconds * Number(rate));
const times = await run(Number(seconds) * Number(rate));
const result = {
  p50Ms: percentile(times, 0.5),
  p99Ms: percentile(times, 0.99),
  p999Ms: percentile(times, 0.999),
  maxMs: Math.max(...times),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
await pool.close();
