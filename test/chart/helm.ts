import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '../cluster/command.ts';
import type { TestCluster } from '../cluster/index.ts';

export interface HelmSettings {
  /** Values on top of the chart's own. */
  readonly values?: object;
  /** Return a failed run instead of throwing. */
  readonly allowFailure?: boolean;
}

/**
 * Runs helm as the administrator, with nothing of its user's own.
 *
 * @throws Error with the command and what it wrote on standard error, unless failure is allowed
 */
export async function helm(
  cluster: TestCluster,
  args: readonly string[],
  { values, allowFailure = false }: HelmSettings = {},
): Promise<CommandResult> {
  const home = join(cluster.directory, 'helm');
  mkdirSync(home, { recursive: true });
  const given = values === undefined ? [] : ['--values', '-'];
  const result = await runCommand(cluster.program('helm'), [...args, ...given], {
    env: {
      HOME: home,
      HELM_CACHE_HOME: home,
      HELM_CONFIG_HOME: home,
      HELM_DATA_HOME: home,
      KUBECONFIG: cluster.kubeconfig,
    },
    ...(values === undefined ? {} : { input: JSON.stringify(values) }),
    timeoutMs: 300_000,
  });
  if (result.code === 0 || allowFailure) return result;
  throw new Error(`helm ${args.join(' ')} failed with ${result.code}: ${result.stderr.trim()}`);
}
