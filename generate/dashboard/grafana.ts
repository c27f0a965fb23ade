import type { Panel, Query, Thresholds } from './panel.ts';

/** The one that is chosen above the panels. */
export const source = { type: 'prometheus', uid: '$datasource' };
const selected = 'namespace=~"$namespace"';
const plain: Thresholds = ['green'];

/** Where a panel is. */
export interface Place {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** A panel as Grafana has it. */
export function grafanaPanel(panel: Panel, { id, x, y }: Place): object {
  const { type, title, description, unit, width, height, thresholds = plain } = panel;
  return {
    id,
    type,
    title,
    description,
    datasource: source,
    gridPos: { x, y, w: width, h: height },
    targets: panel.queries.map(target),
    fieldConfig: {
      defaults: {
        unit,
        // what is left of a life may be less than nothing
        ...(unit === 'dtdurations' ? {} : { min: 0 }),
        color: { mode: type === 'timeseries' ? 'palette-classic' : 'thresholds' },
        thresholds: { mode: 'absolute', steps: steps(thresholds) },
        mappings: mappings(panel),
        ...(type === 'stat' ? {} : { custom: drawn(panel) }),
      },
      overrides: [],
    },
    options: options[type],
  };
}

/** A heading above panels. */
export function grafanaRow(title: string, { id, y }: Place): object {
  return { id, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 }, panels: [] };
}

function target([expression, legend]: Query, index: number): object {
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: source,
    expr: expression.replaceAll('NS', selected),
    ...(legend === undefined ? {} : { legendFormat: legend }),
  };
}

function steps([first, ...others]: Thresholds): readonly object[] {
  return [{ color: first, value: null }, ...others.map(([value, color]) => ({ color, value }))];
}

/** A quantile of no reviews is no number. */
const nothing = { type: 'special', options: { match: 'nan', result: { text: '–' } } };

function mappings({ type, words }: Panel): readonly object[] {
  if (words === undefined) return type === 'stat' ? [nothing] : [];
  const entries = Object.entries(words).map(([value, [text, color]]) => [value, { text, color }] as const);
  return [{ type: 'value', options: Object.fromEntries(entries) }];
}

function drawn({ type, stacked = false }: Panel): object {
  if (type === 'state-timeline') return { lineWidth: 0, fillOpacity: 70 };
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 30 : 10,
    showPoints: 'never',
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
  };
}

const options: Readonly<Record<Panel['type'], object>> = {
  stat: {
    colorMode: 'value',
    graphMode: 'none',
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  'state-timeline': {
    mergeValues: true,
    showValue: 'auto',
    alignValue: 'left',
    rowHeight: 0.9,
    legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
    tooltip: { mode: 'single', sort: 'none' },
  },
};
