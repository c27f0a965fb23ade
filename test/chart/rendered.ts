import { parseAllDocuments } from 'yaml';
import type { TestCluster } from '../cluster/index.ts';
import { helm } from './helm.ts';
import { chart, release } from './installed-chart.ts';

/** One document that the chart makes. */
export type Rendered = Readonly<Record<string, unknown>>;

/**
 * What the chart makes of values, without a cluster.
 *
 * @param served versions of APIs that the cluster would serve besides those of Kubernetes
 */
export async function rendered(
  cluster: TestCluster,
  values: object,
  served: readonly string[] = [],
): Promise<readonly Rendered[]> {
  const apis = served.map((version) => `--api-versions=${version}`);
  const { stdout } = await helm(cluster, ['template', release, chart, '-n', release, ...apis], { values });
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Rendered | null)
    .filter((document) => document !== null);
}
