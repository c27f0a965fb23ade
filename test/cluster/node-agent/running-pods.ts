import { readFileSync } from 'node:fs';
import type { TestCluster } from '../cluster.ts';
import { loopbackOf } from './pod-address.ts';

/** A pod of the agent, from the side of a test on the same machine. */
export interface RunningPod {
  readonly name: string;
  readonly ready: boolean;
  /** Where its process listens. */
  readonly address: string;
  /** Of the process of its first container; 0 when it does not run. */
  readonly pid: number;
  readonly restarts: number;
  readonly node: string;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly spec: { readonly nodeName?: string };
    readonly status: {
      readonly podIP?: string;
      readonly containerStatuses?: readonly {
        readonly ready: boolean;
        readonly restartCount: number;
        readonly containerID?: string;
        readonly state: { readonly running?: object };
      }[];
    };
  }[];
}

/** The pods of a namespace that are not ending, in the order of their names. */
export async function runningPods(
  cluster: TestCluster,
  namespace: string,
  selector = '',
): Promise<readonly RunningPod[]> {
  const args = ['get', 'pods', '-n', namespace, '-l', selector, '-o', 'json'];
  const { items } = JSON.parse((await cluster.kubectl(args)).stdout) as PodList;
  return items.flatMap(({ metadata, spec, status }) => {
    const [container] = status.containerStatuses ?? [];
    if (metadata.deletionTimestamp !== undefined || container === undefined) return [];
    const running = container.state.running !== undefined;
    return [
      {
        name: metadata.name,
        ready: container.ready,
        address: loopbackOf(status.podIP ?? '') ?? '',
        pid: running ? Number(container.containerID?.replace('process://', '') ?? 0) : 0,
        restarts: container.restartCount,
        node: spec.nodeName ?? '',
      },
    ];
  });
}

/** Memory of a process in MiB: now, and the most that it had. */
export function memory(pid: number): { readonly rss: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { rss: field('VmRSS'), peak: field('VmHWM') };
}
