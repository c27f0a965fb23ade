import { describe, expect, it } from '@jest/globals';
import { ruleGroups } from '../chart/alert-rules.ts';
import { anchorsIn, textOf } from './pages.ts';

const page = textOf('docs/operations.md');
const rules = ruleGroups().flatMap((group) => group.rules);
const [, runbooks = ''] = page.split('\n## Alerts\n');
const sections = new Map(
  runbooks
    .split('\n### ')
    .slice(1)
    .map((text) => [text.split('\n', 1)[0] ?? '', text] as const),
);

describe('docs/operations.md', () => {
  it('has a runbook for each alert, in their order, and no other', () => {
    expect([...sections.keys()]).toEqual(rules.map(({ alert }) => alert));
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s leads to a runbook that tells all',
    (alert, rule) => {
      const { summary, description, runbook_url: runbook = '' } = rule.annotations;
      expect(summary).toMatch(/^\S.*\.$/);
      expect(description).toMatch(/^\S.*\.$/);
      expect(anchorsIn(page).has(runbook.split('#')[1] ?? '')).toBe(true);
      expect(runbook).toMatch(/^https:.*[/]docs[/]operations[.]md#/);
      const text = sections.get(alert) ?? '';
      expect(text.split('\n')[1]).toMatch(new RegExp(`^${rule.labels['severity']}[.] `));
      expect(text).toContain('\n**Felt:** ');
      expect(text).toMatch(/\n\*\*Look(, mend)?:\*\*/);
      expect(text).toMatch(/\n\*\*(Look, m|M)end:\*\*/);
    },
  );
});
