import { type ApiClient, resourcePath } from '../../src/cluster/index.ts';
import { type ImageStream, imageStreamGroup } from '../../src/imagestream/index.ts';
import { moved, perNamespace, streamOf, teamOf, teamStream, workload } from './teams.ts';

const parallel = 16;
const timeoutMs = 120_000;

export interface Clients {
  readonly admin: ApiClient;
  /** Of the controller's account, which may write `v1stored`. */
  readonly controller: ApiClient;
}

/** Makes namespaces with their streams and workloads; the workloads get their images from the webhook. */
export async function fill({ admin, controller }: Clients, teams: number): Promise<void> {
  const namespaces = resourcePath({ version: 'v1', resource: 'namespaces' });
  await each(teams, async (team) => {
    const metadata = { name: teamOf(team) };
    await admin.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata }, { timeoutMs });
    for (let index = 0; index < perNamespace; index += 1) {
      await controller.create(streamsPath(team), teamStream(team, index), { timeoutMs });
    }
  });
  // the webhook has heard of a namespace's streams long before its turn comes again
  await each(teams, async (team) => {
    for (let index = 0; index < perNamespace; index += 1) {
      const { kind, object } = workload(index);
      await admin.create(workloadsPath(kind, team), object, { timeoutMs });
    }
  });
}

/** Moves the tag that a workload follows in each namespace. */
export async function moveOne({ controller }: Clients, teams: number, number: number): Promise<void> {
  await each(teams, async (team) => {
    const path = `${streamsPath(team)}/${streamOf(0)}`;
    await controller.replace(path, moved((await controller.get(path)) as ImageStream, number), { timeoutMs });
  });
}

function streamsPath(team: number): string {
  const namespace = teamOf(team);
  return resourcePath({ group: imageStreamGroup, version: 'v1stored', resource: 'imagestreams', namespace });
}

function workloadsPath(kind: 'Deployment' | 'CronJob', team: number): string {
  const [group, resource] = kind === 'Deployment' ? ['apps', 'deployments'] : ['batch', 'cronjobs'];
  return resourcePath({ group, version: 'v1', resource, namespace: teamOf(team) });
}

async function each(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
