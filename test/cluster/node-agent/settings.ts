import type { LocalImages } from './images.ts';

/** A node that the agent is: nothing is scheduled to it but pods that tolerate its taint. */
export interface NodeSettings {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What an agent is started with: the one argument of its command line, as JSON. */
export interface AgentSettings {
  readonly kubeconfig: string;
  readonly nodes: readonly NodeSettings[];
  readonly images: LocalImages;
  /** The Unix socket to which the API server sends what it wants to reach in the cluster. */
  readonly socket: string;
  /** Where the containers' logs are copied at the end. */
  readonly keepLogsIn?: string;
  /** Directories that pods see as they are, whatever they have mounted. */
  readonly realDirectories: readonly string[];
  /** First and longest pause before a container is started again, in seconds; 10 and 300 unless given, as the kubelet's. */
  readonly restartBackoff?: { readonly first: number; readonly longest: number };
}

/** The key of the taint, with the effect NoSchedule. */
export const NODE_TAINT = 'test.imagestreams.io/node-agent';
