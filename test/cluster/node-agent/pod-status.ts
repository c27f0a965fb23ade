import type { ContainerRecord } from './container-state.ts';
import type { Pod } from './objects.ts';

/** What the status of a pod is made from. */
export interface PodState {
  readonly podIP: string;
  readonly hostIP: string;
  readonly startTime: string;
  readonly init: readonly ContainerRecord[];
  readonly containers: readonly ContainerRecord[];
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly lastTransitionTime: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The status of a pod, as a strategic merge patch; conditions keep their time while they keep their status. */
export function podStatus(
  pod: Pod,
  state: PodState,
  before: readonly Condition[],
  now: string,
): { readonly conditions: readonly Condition[]; readonly [field: string]: unknown } {
  const { podIP, hostIP, startTime, init, containers } = state;
  const phase = phaseOf(pod, state);
  const initialized = init.every(({ state: each }) => 'terminated' in each && each.terminated.exitCode === 0);
  const unready = containers.filter(({ ready }) => !ready).map(({ container }) => container.name);
  const ready = containers.length > 0 && unready.length === 0 && phase === 'Running';
  const why = ready
    ? {}
    : phase === 'Succeeded' || phase === 'Failed'
      ? { reason: 'PodCompleted' }
      : {
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${unready.join(' ')}]`,
        };
  const conditions = [
    { type: 'PodReadyToStartContainers', status: flag(true) },
    { type: 'Initialized', status: flag(initialized) },
    { type: 'Ready', status: flag(ready), ...why },
    { type: 'ContainersReady', status: flag(ready), ...why },
  ].map((each) => {
    const last = before.find(({ type }) => type === each.type);
    const lastTransitionTime = last?.status === each.status ? last.lastTransitionTime : now;
    return { ...each, lastTransitionTime };
  });
  return {
    phase,
    conditions,
    podIP,
    // merged by address otherwise, and a restarted agent hands out others
    podIPs: [{ $patch: 'replace' }, { ip: podIP }],
    hostIP,
    hostIPs: [{ $patch: 'replace' }, { ip: hostIP }],
    startTime,
    initContainerStatuses: init.map(containerStatus),
    containerStatuses: containers.map(containerStatus),
  };
}

function phaseOf({ metadata, spec }: Pod, { init, containers }: PodState): string {
  // a pod that ends is not restarted, whatever its policy says
  const policy = metadata.deletionTimestamp === undefined ? (spec.restartPolicy ?? 'Always') : 'Never';
  const initCodes = init.map(exitCodeOf);
  if (initCodes.some((code) => code !== 0)) {
    return policy === 'Never' && initCodes.some((code) => code !== undefined && code !== 0)
      ? 'Failed'
      : 'Pending';
  }
  const codes = containers.map(exitCodeOf);
  if (codes.every((code) => code !== undefined) && policy !== 'Always') {
    if (codes.every((code) => code === 0)) return 'Succeeded';
    if (policy === 'Never') return 'Failed';
  }
  const begun = containers.every(({ state, lastState }) => !('waiting' in state) || lastState !== undefined);
  return begun ? 'Running' : 'Pending';
}

function exitCodeOf({ state }: ContainerRecord): number | undefined {
  return 'terminated' in state ? state.terminated.exitCode : undefined;
}

function containerStatus(record: ContainerRecord): object {
  const { container, state, lastState, restartCount, started, ready, containerID } = record;
  const { name, image } = container;
  return {
    name,
    image,
    imageID: image,
    state,
    ...(lastState === undefined ? {} : { lastState }),
    restartCount,
    started,
    ready,
    ...(containerID === undefined ? {} : { containerID }),
  };
}

function flag(value: boolean): 'True' | 'False' {
  return value ? 'True' : 'False';
}
