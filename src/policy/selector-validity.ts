import { entry, member, quote } from '../configuration/index.ts';
import type { PolicyReport } from './findings.ts';
import type { LabelRequirement, LabelSelector } from './types.ts';

const name = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
const dnsLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const longestName = 63;
const longestPrefix = 253;

/** Reports what Kubernetes would refuse in a label selector (image-policy.md §2.3). */
export function reportSelector(selector: LabelSelector, at: string, report: PolicyReport): void {
  const labels = member(at, 'matchLabels');
  for (const [key, value] of Object.entries(selector.matchLabels)) {
    reportKey(key, member(labels, key), report);
    reportValue(value, member(labels, key), report);
  }
  const expressions = member(at, 'matchExpressions');
  for (const [index, requirement] of selector.matchExpressions.entries()) {
    reportRequirement(requirement, entry(expressions, index), report);
  }
}

function reportRequirement(
  { key, operator, values }: LabelRequirement,
  at: string,
  report: PolicyReport,
): void {
  reportKey(key, member(at, 'key'), report);
  const place = member(at, 'values');
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues && values.length === 0) {
    report.error('InvalidSelector', place, `${operator} needs at least one value`);
  }
  if (!takesValues && values.length > 0) {
    report.error('InvalidSelector', place, `${operator} takes no values; remove them or use In or NotIn`);
  }
  for (const [index, value] of values.entries()) reportValue(value, entry(place, index), report);
}

function reportKey(key: string, at: string, report: PolicyReport): void {
  if (isLabelKey(key)) return;
  report.error(
    'InvalidSelector',
    at,
    `${quote(key)} is not a label key; a key is at most ${longestName} letters, digits, "-", "_" and ".", ` +
      'with a letter or digit at both ends, after an optional DNS name and "/"',
  );
}

function reportValue(value: string, at: string, report: PolicyReport): void {
  if (value === '' || isName(value)) return;
  report.error(
    'InvalidSelector',
    at,
    `${quote(value)} is not a label value; a value is at most ${longestName} letters, digits, "-", "_" and ".", ` +
      'with a letter or digit at both ends',
  );
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash < 0) return isName(key);
  const prefix = key.slice(0, slash);
  const isPrefix = prefix.length <= longestPrefix && prefix.split('.').every((label) => dnsLabel.test(label));
  return isPrefix && isName(key.slice(slash + 1));
}

function isName(text: string): boolean {
  return text.length <= longestName && name.test(text);
}
