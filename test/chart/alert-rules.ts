import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A rule of Prometheus that alerts. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** The chart's rule file. */
export const alertsFile = join(import.meta.dirname, '../../charts/imagestreams/monitoring/alerts.yaml');

export function ruleGroups(): readonly RuleGroup[] {
  return (parse(readFileSync(alertsFile, 'utf8')) as { readonly groups: readonly RuleGroup[] }).groups;
}

/** What one unit test of promtool holds of an alert at a time. */
export interface Expectation {
  readonly alertname: string;
  readonly fires: boolean;
}

const directory = join(import.meta.dirname, 'alerts');

/** The files with unit tests of promtool. */
export const alertTests: readonly string[] = readdirSync(directory).map((file) => join(directory, file));

/** Of every test, what it expects, in the order of time. */
export function expectations(): readonly (readonly Expectation[])[] {
  return alertTests.flatMap((file) => {
    const { tests } = parse(readFileSync(file, 'utf8')) as { readonly tests: readonly RuleTest[] };
    return tests.map(({ alert_rule_test }) =>
      alert_rule_test.map(({ alertname, exp_alerts }) => ({ alertname, fires: exp_alerts.length > 0 })),
    );
  });
}

interface RuleTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}
