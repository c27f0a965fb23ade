import { NODE_TAINT, type NodeSettings } from './settings.ts';

/** What pods may ask for here; nothing holds them to it. */
export const ALLOCATABLE: Readonly<Record<string, string>> = { cpu: '16', memory: '64Gi', pods: '110' };

const LEASE_SECONDS = 40;
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const IDENTITIES = ['bootID', 'kernelVersion', 'kubeProxyVersion', 'machineID', 'osImage', 'systemUUID'];

export const HEARTBEAT_MS = 10_000;

/** The Node, tainted so that nothing is scheduled to it by chance. */
export function nodeObject({ name, labels = {} }: NodeSettings): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': ARCHITECTURE,
        [NODE_TAINT]: 'true',
        ...labels,
      },
    },
    spec: { taints: [{ key: NODE_TAINT, effect: 'NoSchedule' }] },
  };
}

/** Its status, as a strategic merge patch. */
export function nodeStatus(address: string, port: number, since: string, now: string): object {
  const condition = (type: string, status: 'True' | 'False', reason: string) => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: now,
    lastTransitionTime: since,
  });
  return {
    // no host name: the API server would look for that one first
    addresses: [{ type: 'InternalIP', address }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      kubeletVersion: 'node-agent',
      containerRuntimeVersion: 'process://',
      operatingSystem: 'linux',
      architecture: ARCHITECTURE,
      // asked for by the API, and nobody's business here
      ...Object.fromEntries(IDENTITIES.map((field) => [field, ''])),
    },
    capacity: ALLOCATABLE,
    allocatable: ALLOCATABLE,
    conditions: [
      condition('Ready', 'True', 'KubeletReady'),
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
    ],
  };
}

/** The Lease by which the control plane knows that the node is alive. */
export function nodeLease(name: string, now: string): object {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: now.replace('Z', '000Z'),
    },
  };
}
