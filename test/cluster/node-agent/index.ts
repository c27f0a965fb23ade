import { join } from 'node:path';
import { LOGS_VARIABLE, type TestCluster } from '../cluster.ts';
import { CLUSTER_SOCKET } from '../control-plane.ts';
import type { SupervisedProcess } from '../supervised-process.ts';
import type { AgentSettings } from './settings.ts';

export type { LocalImage, LocalImages } from './images.ts';
export { NODE_TAINT } from './settings.ts';

/** What varies between agents. */
export interface NodeAgentSettings
  extends Pick<AgentSettings, 'images' | 'restartBackoff'>,
    Partial<Pick<AgentSettings, 'nodes' | 'realDirectories'>> {
  /** Unique in a suite; names the log. */
  readonly name?: string;
}

const home = join(import.meta.dirname, '..', '..', '..');

/** The node of an agent that is told no other. */
export const agentNode = 'imagestreams-test-node';

const READY = 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.spec.taints[*].key}';
const NOT_READY = 'node.kubernetes.io/not-ready';

/**
 * Starts nodes that run their pods as processes of this machine, and that Services and the API server lead to. They end
 * with the process that calls this, and their pods with them.
 *
 * @throws Error elsewhere than on Linux
 */
export async function startNodeAgent(
  cluster: TestCluster,
  { name = 'node-agent', images, nodes = [{ name: agentNode }], ...more }: NodeAgentSettings,
): Promise<SupervisedProcess> {
  if (process.platform !== 'linux')
    throw new Error('pods run on Linux alone, where anybody may bind to all of 127.0.0.0/8');
  const keepLogsIn = process.env[LOGS_VARIABLE];
  const settings: AgentSettings = {
    kubeconfig: cluster.kubeconfig,
    nodes,
    images,
    socket: join(cluster.directory, CLUSTER_SOCKET),
    ...(keepLogsIn === undefined ? {} : { keepLogsIn: join(keepLogsIn, 'pods') }),
    // both may lie in /tmp, which pods often have a volume for
    realDirectories: [home, cluster.directory],
    ...more,
  };
  return await cluster.startProcess({
    name,
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'main.ts'),
      JSON.stringify(settings),
    ],
    env: { NODE_OPTIONS: '' },
    ready: async () => {
      const states = await Promise.all(
        nodes.map((node) => cluster.kubectl(['get', 'node', node.name, '-o', READY])),
      );
      return states.every(({ stdout }) => stdout.startsWith('True ') && !stdout.includes(NOT_READY));
    },
  });
}
