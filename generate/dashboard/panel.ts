/** What one line, or one number, is made of: PromQL and its legend. `NS` in it stands for the namespaces that are looked at. */
export type Query = readonly [expression: string, legend?: string];

/** From which value on which colour is shown; the first has no value. */
export type Thresholds = readonly [string, ...(readonly [number, string])[]];

/** One panel; sizes are those of Grafana's grid, which is 24 wide. */
export interface Panel {
  readonly type: 'stat' | 'timeseries' | 'state-timeline';
  readonly title: string;
  /** What the panel tells, and when to worry. */
  readonly description: string;
  /** A unit of Grafana's. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly width: number;
  readonly height: number;
  readonly stacked?: boolean;
  readonly thresholds?: Thresholds;
  /** Words for values. */
  readonly words?: Readonly<Record<string, readonly [word: string, colour: string]>>;
}

type Content = Omit<Panel, 'type' | 'width' | 'height'>;

/** A number, six in a row. */
export function stat(content: Content): Panel {
  return { type: 'stat', width: 4, height: 4, ...content };
}

/** Lines over time, two in a row unless a third is asked for. */
export function lines(content: Content & { readonly width?: number }): Panel {
  return { type: 'timeseries', width: 12, height: 8, ...content };
}

/** States over time, one line each. */
export function states(content: Content): Panel {
  return { type: 'state-timeline', width: 24, height: 6, ...content };
}

/** Median and slowest hundredth of a histogram. */
export function quantiles(histogram: string, by?: string): readonly Query[] {
  const labels = by === undefined ? 'le' : `le, ${by}`;
  return [0.5, 0.99].map((quantile) => [
    `histogram_quantile(${quantile}, sum by (${labels}) (rate(${histogram}_bucket{NS}[$__rate_interval])))`,
    `${by === undefined ? '' : `{{${by}}} `}p${quantile * 100}`,
  ]);
}
