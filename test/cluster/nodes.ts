import type { ControlPlane } from './control-plane.ts';
import { kubectl } from './kubectl.ts';
import { waitFor } from './waiting.ts';

const NODES = ['node-1', 'node-2'];
const FAKE = 'kwok.x-k8s.io/node';
const READY = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';

/** Starts kwok with two nodes that exist only in the API: their pods become Running, Ready and Completed by themselves. */
export async function startNodes({ supervision, binaries, kubeconfig }: ControlPlane): Promise<void> {
  const kwok = await supervision.start({
    name: 'kwok',
    command: binaries.paths.kwok,
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--config=${binaries.stages}`,
      // The nodes of the node agent are alive by themselves.
      `--manage-nodes-with-annotation-selector=${FAKE}=fake`,
      '--node-lease-duration-seconds=40',
    ],
    env: { HOME: supervision.directory },
    disposable: true,
  });
  const access = { program: binaries.paths.kubectl, kubeconfig, cache: supervision.directory };
  await waitFor('the nodes to be accepted', () => createNodes(access), { until: ({ code }) => code === 0 });
  await kwok.ready(async () => {
    const { stdout } = await kubectl(access, ['get', 'nodes', '-o', READY]);
    return stdout === NODES.map(() => 'True').join(' ');
  });
}

function createNodes(access: Parameters<typeof kubectl>[0]): ReturnType<typeof kubectl> {
  const items = NODES.map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { [FAKE]: 'fake' },
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    },
  }));
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return kubectl(access, ['apply', '-f', '-'], { input, allowFailure: true });
}
