import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { TestCluster } from '../cluster/index.ts';

/** Of a ServiceMonitor, what tests look at. */
export interface ServiceMonitor {
  readonly spec: {
    readonly namespaceSelector: { readonly matchNames: readonly string[] };
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly endpoints: readonly { readonly port: string }[];
  };
}

const meta = '__meta_kubernetes';

/**
 * What the Prometheus Operator makes of a ServiceMonitor: targets from the endpoints of the Services that it selects, with the labels
 * that the operator gives them. Pods are where the node agent has them.
 */
export function scrapeServices({ kubeconfig }: TestCluster, { spec }: ServiceMonitor): object {
  const selected = Object.entries(spec.selector.matchLabels).map(([label, value]) => ({
    action: 'keep',
    source_labels: [`${meta}_service_label_${label.replaceAll(/[^a-zA-Z0-9]/g, '_')}`],
    regex: value,
  }));
  const label = (target_label: string, source: string) => ({ target_label, source_labels: [source] });
  return {
    job_name: 'services',
    kubernetes_sd_configs: [
      {
        role: 'endpointslice',
        kubeconfig_file: kubeconfig,
        namespaces: { names: spec.namespaceSelector.matchNames },
      },
    ],
    relabel_configs: [
      ...selected,
      {
        action: 'keep',
        source_labels: [`${meta}_endpointslice_port_name`],
        regex: spec.endpoints.map(({ port }) => port).join('|'),
      },
      label('namespace', `${meta}_namespace`),
      label('service', `${meta}_service_name`),
      label('job', `${meta}_service_name`),
      label('pod', `${meta}_pod_name`),
      label('container', `${meta}_pod_container_name`),
      {
        source_labels: ['__address__'],
        regex: '10[.](.+)',
        target_label: '__address__',
        replacement: '127.$1',
      },
    ],
  };
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}

/** The API server's own metrics, read as the administrator. */
export function scrapeApiServer({ kubeconfig, apiServer }: TestCluster): object {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const text = (data = '') => Buffer.from(data, 'base64').toString();
  return {
    job_name: 'apiserver',
    scheme: 'https',
    tls_config: {
      ca: text(clusters[0].cluster['certificate-authority-data']),
      cert: text(users[0].user['client-certificate-data']),
      key: text(users[0].user['client-key-data']),
    },
    static_configs: [{ targets: [new URL(apiServer).host] }],
  };
}
