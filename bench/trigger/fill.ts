import { type ApiClient, resourcePath } from '../../src/cluster/index.ts';
import { cronJob, emptyDeployment } from '../idle-workloads.ts';
import { followerOf, namespace } from './workloads.ts';

const parallel = 32;

export type Kind = 'CronJob' | 'Deployment';

/** Creates workloads through the webhook, which gives them their image. */
export async function create(admin: ApiClient, kind: Kind, from: number, to: number): Promise<void> {
  const manifest = kind === 'CronJob' ? cronJob : emptyDeployment;
  await each(from, to, (index) =>
    admin.create(workloadsPath(kind), manifest(followerOf(index)), { timeoutMs: 60_000 }),
  );
}

export async function remove(admin: ApiClient, kind: Kind, from: number, to: number): Promise<void> {
  await each(from, to, (index) => admin.delete(`${workloadsPath(kind)}/workload-${index}`));
}

export function workloadsPath(kind: Kind): string {
  return kind === 'CronJob'
    ? resourcePath({ group: 'batch', version: 'v1', resource: 'cronjobs', namespace })
    : resourcePath({ group: 'apps', version: 'v1', resource: 'deployments', namespace });
}

async function each(from: number, to: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
