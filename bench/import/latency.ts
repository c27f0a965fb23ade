import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { ApiClient } from '../../src/cluster/index.ts';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { streamsPath } from './fill.ts';
import { nameOf, namespaceOf } from './streams.ts';

const samples = 300;

/** One status write, in milliseconds from the moment that it was sent. */
export interface Sample {
  /** Until the API server has answered. */
  readonly written: number;
  /** Until the webhook answers a review with the new digest. */
  readonly resolved: number;
}

/** Writes the status of one stream after the other, and asks the webhook all the time, with a millisecond's pause. */
export async function writeToResolve(
  controller: ApiClient,
  webhook: { readonly port: number; readonly ca: string },
  streams: number,
): Promise<readonly Sample[]> {
  const pool = new Pool(`https://127.0.0.1:${webhook.port}`, { connections: 1, connect: { ca: webhook.ca } });
  const times: Sample[] = [];
  try {
    for (let sample = 0; sample < samples; sample += 1) {
      const index = Math.floor((sample * streams) / samples);
      times.push(await once(controller, pool, index));
    }
  } finally {
    await pool.close();
  }
  return times;
}

async function once(controller: ApiClient, pool: Pool, index: number): Promise<Sample> {
  const [name, namespace] = [nameOf(index), namespaceOf(index)];
  const path = `${streamsPath(namespace)}/${name}`;
  const stream = (await controller.get(path)) as ImageStream;
  const [list, ...others] = stream.status?.tags ?? [];
  const [head] = list?.items ?? [];
  if (list === undefined || head === undefined) throw new Error(`${namespace}/${name} has no tag`);
  const image = `sha256:${String(index).padStart(64, 'a')}`;
  const repository = (head.dockerImageReference ?? '').split('@')[0];
  const event = { ...head, image, dockerImageReference: `${repository}@${image}` };
  const moved = { ...list, items: [event, ...(list.items ?? [])] };
  const body = JSON.stringify(review(namespace, `${name}:${list.tag}`));
  const start = performance.now();
  const write = controller
    .replace(path, { ...stream, status: { tags: [moved, ...others] } })
    .then((answer) => ({ answer: answer as ImageStream, at: performance.now() }));
  while (!(await patchOf(pool, body)).includes(image)) {
    if (performance.now() - start > 10_000) throw new Error('the webhook has not seen the write in 10 s');
    await sleep(1);
  }
  const resolvedAt = performance.now();
  const { answer, at } = await write;
  // back to what the registry has, or the next round would find something to import
  await controller.replace(path, { ...stream, metadata: answer.metadata });
  return { written: at - start, resolved: resolvedAt - start };
}

async function patchOf(pool: Pool, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await pool.request({ method: 'POST', path: '/mutate', headers, body });
  const { response } = (await answer.body.json()) as { readonly response: { readonly patch?: string } };
  return Buffer.from(response.patch ?? '', 'base64').toString('utf8');
}

function review(namespace: string, image: string): object {
  const spec = { containers: [{ name: 'main', image }] };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'b1e9a8a2-0000-4000-8000-000000000000',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      operation: 'CREATE',
      namespace,
      name: 'probe',
      userInfo: { username: 'bench' },
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', namespace }, spec },
    },
  };
}
