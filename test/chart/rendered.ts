import { parseAllDocuments } from 'yaml';
import type { TestCluster } from '../cluster/index.ts';
import { helm } from './helm.ts';
import { chart, release } from './installed-chart.ts';

/** One document that the chart makes. */
export type Rendered = Readonly<Record<string, unknown>>;

/** What the chart makes of values, without a cluster. */
export async function rendered(cluster: TestCluster, values: object): Promise<readonly Rendered[]> {
  const { stdout } = await helm(cluster, ['template', release, chart, '-n', release], { values });
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Rendered | null)
    .filter((document) => document !== null);
}
