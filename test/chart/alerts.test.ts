import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import { runCommand } from '../cluster/command.ts';
import { TestCluster } from '../cluster/index.ts';
import { MONITORING_BUILD_MS, provideMonitoringPrograms } from '../cluster/monitoring-programs.ts';
import { alertsFile, alertTests, expectations, type RuleGroup, ruleGroups } from './alert-rules.ts';
import { rendered } from './rendered.ts';

// promtool plays hours of samples, and the machine may be busy
jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const directory = mkdtempSync(join(tmpdir(), 'imagestreams-alerts-'));
const groups = ruleGroups();
const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
let promtool = '';

beforeAll(async () => {
  ({ promtool } = await provideMonitoringPrograms());
}, MONITORING_BUILD_MS);
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await cluster.close();
});

async function check(...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runCommand(promtool, args);
  expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
}

/** The groups of the PrometheusRule that the chart makes. */
async function groupsOf(values: object): Promise<readonly RuleGroup[]> {
  const documents = await rendered(cluster, values);
  const rule = documents.find(({ kind }) => kind === 'PrometheusRule') as
    | { readonly spec: { readonly groups: readonly RuleGroup[] } }
    | undefined;
  return rule?.spec.groups ?? [];
}

describe('the rule file', () => {
  it('is taken by promtool', () => check('check', 'rules', '--lint=all', '--lint-fatal', alertsFile));

  it.each(alertTests.map((file) => [basename(file), file]))('fires and ends as %s says', (_, file) =>
    check('test', 'rules', file),
  );

  it.each(alerts)(
    '%s has a test in which it is quiet, fires and ends, and one in which it never fires',
    (alert) => {
      const courses = expectations().map((test) =>
        test
          .filter(({ alertname }) => alertname === alert)
          .map(({ fires }) => (fires ? 'fires' : 'quiet'))
          .join(' '),
      );
      expect(courses.filter((course) => /^(quiet )+fires quiet$/.test(course))).not.toEqual([]);
      expect(courses.filter((course) => /^quiet( quiet)*$/.test(course))).not.toEqual([]);
    },
  );
});

describe('the PrometheusRule of the chart', () => {
  it('is the rule file, and taken by promtool', async () => {
    const made = await groupsOf({ monitoring: { prometheusRule: { enabled: true } } });
    expect(made).toEqual(groups);
    const file = join(directory, 'made.yaml');
    writeFileSync(file, stringify({ groups: made }));
    await check('check', 'rules', file);
  });

  it('is not there unless it is asked for', async () => {
    expect(await groupsOf({})).toEqual([]);
  });

  it('has further labels, other runbooks, and not what is disabled', async () => {
    const prometheusRule = {
      enabled: true,
      alertLabels: { team: 'platform' },
      disabled: ['ImageStreamsTwoLeaders', 'ImageStreamsMemoryNearLimit'],
      runbookUrl: 'https://wiki.example.com/streams',
    };
    const made = (await groupsOf({ monitoring: { prometheusRule } })).flatMap(({ rules }) => rules);
    expect(made.map(({ alert }) => alert)).toEqual(
      alerts.filter((alert) => !prometheusRule.disabled.includes(alert)),
    );
    for (const { alert, labels, annotations } of made) {
      expect(labels).toEqual({ severity: expect.stringMatching(/^(critical|warning)$/), team: 'platform' });
      expect(annotations['runbook_url']).toBe(`https://wiki.example.com/streams#${alert.toLowerCase()}`);
    }
  });

  it('says nothing of controllers where there is none', async () => {
    const values = { platform: 'openshift', certificates: { issuer: 'certManager' } };
    const made = await groupsOf({ ...values, monitoring: { prometheusRule: { enabled: true } } });
    expect(made.map(({ name }) => name)).toEqual(
      groups.map(({ name }) => name).filter((name) => name !== 'imagestreams-controller'),
    );
  });
});
