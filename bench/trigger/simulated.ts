import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { SupervisedProcess, Supervision } from '../../test/cluster/index.ts';
import { benchCertificates } from '../admission/certificates.ts';
import {
  atRest,
  busyOf,
  difference,
  type Measured,
  type Memory,
  type Move,
  type MoveOptions,
  residentMiB,
  settlingMs,
} from './measurement.ts';
import { type RunningPod, startPod } from './pod.ts';
import { followers } from './workloads.ts';

/** Moves tags before an API server that costs next to nothing: what is left is the controller. */
export async function simulatedMoves(
  supervision: Supervision,
  { sizes, rounds, say }: MoveOptions,
): Promise<Measured> {
  const certificates = await benchCertificates(supervision.directory);
  const caFile = join(certificates, 'ca.crt');
  const moves: Move[] = [];
  const memory: Memory[] = [];
  for (const size of sizes) {
    const server = await started(supervision, certificates, size);
    const apiServer = `https://127.0.0.1:${server.log().trim()}`;
    const pool = new Pool(apiServer, { connect: { ca: readFileSync(caFile, 'utf8') } });
    const name = `controller-simulated-${size}`;
    const startedAt = performance.now();
    const pod = await startPod(supervision, {
      ...{ name, apiServer, caFile, token: 'bench', namespace: 'imagestreams' },
      args: ['controller', '--identity', name],
    });
    await atRest(pod, size);
    say(`${size} simulated: at rest after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    await sleep(settlingMs);
    const listed = residentMiB(pod);
    for (const count of followers) {
      for (let round = 0; round <= rounds; round += 1) {
        const move = await measureMove(pool, pod, server, count, size);
        if (round > 0) moves.push(move);
      }
    }
    await sleep(settlingMs);
    memory.push({ workloads: size, listed, moved: residentMiB(pod) });
    say(`${size} simulated: ${listed.toFixed(0)} MiB, then ${residentMiB(pod).toFixed(0)}`);
    await pod.process.stop();
    await pool.close();
    await server.stop();
  }
  return { moves, memory };
}

async function started(
  supervision: Supervision,
  certificates: string,
  size: number,
): Promise<SupervisedProcess> {
  const server = await supervision.start({
    name: `api-server-simulated-${size}`,
    command: process.execPath,
    args: [join(import.meta.dirname, 'simulated-server.ts'), certificates, String(size)],
    disposable: true,
  });
  await server.ready(() => Promise.resolve(/^\d+\n/.test(server.log())));
  return server;
}

async function measureMove(
  pool: Pool,
  pod: RunningPod,
  server: SupervisedProcess,
  count: number,
  workloads: number,
): Promise<Move> {
  const processes = new Map([
    ['controller', pod.process.pid],
    ['API server', server.pid],
  ]);
  const before = busyOf(processes);
  const answer = await pool.request({ method: 'POST', path: `/bench/moves/${count}` });
  const { ms, requests } = (await answer.body.json()) as {
    readonly ms: number;
    readonly requests: Readonly<Record<string, number>>;
  };
  const cpuMs = difference(busyOf(processes), before);
  await atRest(pod, workloads);
  const patches = requests['PATCH deployments'] ?? 0;
  return {
    ...{ followers: count, workloads, ms, changes: patches },
    requests: new Map([['PATCH', patches]]),
    cpuMs,
  };
}
