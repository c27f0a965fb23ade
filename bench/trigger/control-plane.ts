import { readdirSync, readFileSync } from 'node:fs';
import type { ApiClient } from '../../src/cluster/index.ts';
import type { TestCluster } from '../../test/cluster/index.ts';
import { sumOf } from '../import/programs.ts';

/** The process of a part of the control plane, which somebody else has started for this cluster. */
export function processOf({ directory }: TestCluster, program: string): number {
  const pid = readdirSync('/proc').find((entry) => {
    const [path = '', ...args] = /^\d+$/.test(entry) ? commandLine(entry) : [];
    return path.endsWith(`/${program}`) && args.some((arg) => arg.includes(`${directory}/`));
  });
  if (pid === undefined) throw new Error(`${program} does not run`);
  return Number(pid);
}

function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // has ended meanwhile
    return [];
  }
}

/** What the API server has been asked about workloads and Events, and has asked webhooks about updates. */
export async function requestsOf(admin: ApiClient): Promise<ReadonlyMap<string, number>> {
  const text = await metricsOf(admin);
  const asked = (labels: string) => sumOf(text, 'apiserver_request_total', new RegExp(labels));
  const called = (type: string) =>
    sumOf(text, 'apiserver_admission_webhook_admission_duration_seconds_count', new RegExp(type));
  const workloads = 'resource="(cronjobs|deployments)".*subresource=""';
  return new Map([
    ['PATCH', asked(`${workloads}.*verb="PATCH"`)],
    ['GET', asked(`${workloads}.*verb="GET"`)],
    ['mutate', called('operation="UPDATE".*type="admit"')],
    ['validate', called('operation="UPDATE".*type="validating"')],
    ['Events', asked('resource="events".*verb="(POST|PUT|PATCH)"')],
  ]);
}

/** The API server's own metrics, which are text. */
async function metricsOf(admin: ApiClient): Promise<string> {
  const chunks: Buffer[] = [];
  const { signal } = new AbortController();
  for await (const chunk of admin.stream('/metrics', { query: {}, silenceMs: 30_000, signal }))
    chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
