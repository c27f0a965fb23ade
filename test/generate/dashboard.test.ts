import { describe, expect, it } from '@jest/globals';
import { dashboard } from '../../generate/dashboard/index.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat?: string;
  }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
}

const { panels, templating } = JSON.parse(dashboard()) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
};
const drawn = panels.filter(({ type }) => type !== 'row');

/** Ids of Grafana's units that are in use here. */
const units = ['short', 'reqps', 'ops', 's', 'dtdurations', 'bytes', 'percentunit'];

describe('the dashboard', () => {
  it('has panels that all have an id of their own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('is 24 wide, and every row is filled', () => {
    const cells = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, cells.get(`${x}/${y}`)]).toEqual([title, undefined]);
          cells.set(`${x}/${y}`, title);
        }
      }
    }
    const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(cells.size).toBe(24 * bottom);
  });

  it.each(drawn.map((panel) => [panel.title, panel] as const))(
    '%s has all that a reader needs',
    (_, panel) => {
      expect(panel.description).toMatch(/^[A-Z].*\.$/);
      expect(units).toContain(panel.fieldConfig?.defaults.unit);
      const targets = panel.targets ?? [];
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const { legendFormat } of targets) {
        // a number needs none
        if (panel.type === 'stat') expect(legendFormat).toBeUndefined();
        else expect(legendFormat).not.toBe('');
      }
    },
  );

  it('uses no variable that it does not have', () => {
    const own = ['__rate_interval', ...templating.list.map(({ name }) => name)];
    for (const [, name] of dashboard().matchAll(/\$(\w+)/g)) {
      if (name !== '__all') expect(own).toContain(name);
    }
  });
});
