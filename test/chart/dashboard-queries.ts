/** Of a dashboard of Grafana, what tests look at. */
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const variables: Readonly<Record<string, string>> = { $__rate_interval: '5m', $namespace: '.*' };

/** Its queries as Grafana sends them, by the title of their panel. */
export function dashboardQueries(json: string): readonly (readonly [title: string, query: string])[] {
  const { panels } = JSON.parse(json) as Dashboard;
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [title, filledIn(expr)] as const),
  );
}

function filledIn(expression: string): string {
  return Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), expression);
}
