import { imports, triggers } from './controller.ts';
import { grafanaPanel, grafanaRow, source } from './grafana.ts';
import type { Panel } from './panel.ts';
import { keeping, processes, state } from './processes.ts';
import { calls, reviews } from './reviews.ts';

const columns = 24;

const rows: readonly (readonly [string, readonly Panel[]])[] = [
  ['State', state],
  ['Reviews', reviews],
  ['Calls, as API servers see them', calls],
  ['Imports', imports],
  ['Triggers', triggers],
  ['Certificates and policy', keeping],
  ['Processes', processes],
];

/** The dashboard, as Grafana imports it. */
export function dashboard(): string {
  return `${JSON.stringify(
    {
      uid: 'imagestreams',
      title: 'imagestreams',
      description: 'Image streams: reviews, imports, triggers, certificates and processes.',
      tags: ['imagestreams', 'kubernetes'],
      schemaVersion: 39,
      version: 1,
      editable: true,
      graphTooltip: 1,
      time: { from: 'now-6h', to: 'now' },
      timezone: 'browser',
      refresh: '1m',
      annotations: { list: [] },
      links: [],
      templating: { list: [datasource, namespaces] },
      panels: laidOut(),
    },
    null,
    2,
  )}\n`;
}

const datasource = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  current: {},
  hide: 0,
};

const labelValues = 'label_values(imagestreams_healthcheck, namespace)';
const namespaces = {
  name: 'namespace',
  label: 'Namespace',
  type: 'query',
  datasource: source,
  definition: labelValues,
  query: { query: labelValues, refId: 'namespaces' },
  includeAll: true,
  // also those whose scrape configuration gives them no namespace
  allValue: '.*',
  multi: true,
  current: { text: ['All'], value: ['$__all'] },
  refresh: 2,
  sort: 1,
  hide: 0,
};

/** Rows below each other, and panels beside each other until a row is full. */
function laidOut(): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const [title, contents] of rows) {
    panels.push(grafanaRow(title, { id: panels.length + 1, x: 0, y }));
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of contents) {
      if (x + panel.width > columns) {
        x = 0;
        y += height;
        height = 0;
      }
      panels.push(grafanaPanel(panel, { id: panels.length + 1, x, y }));
      x += panel.width;
      height = Math.max(height, panel.height);
    }
    y += height;
  }
  return panels;
}
