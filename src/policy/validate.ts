import { entry, member, quote } from '../configuration/index.ts';
import { listing } from '../suggestion/index.ts';
import type { WorkloadTable } from '../workloads/index.ts';
import type { PolicyReport } from './findings.ts';
import type { ExecutionRule, ImagePolicyConfig } from './types.ts';

/** The conditions that look at an image's metadata. */
export const metadataConditions = [
  'matchDockerImageLabels',
  'matchImageLabels',
  'matchImageAnnotations',
] as const satisfies readonly (keyof ExecutionRule)[];

/** What concerns more than one field (image-policy.md §2.3, numbers 1 and 4); the rest is told while decoding. */
export function validate(config: ImagePolicyConfig, workloads: WorkloadTable, report: PolicyReport): void {
  const places = new Map<string, string>();
  for (const [index, rule] of config.executionRules.entries()) {
    const at = entry('executionRules', index);
    reportDuplicate(rule.name, at, places, report);
    reportWildcards(rule, at, workloads, report);
    if (config.resolveImages === 'DoNotAttempt') reportNeverResolved(rule, at, report);
  }
}

function reportDuplicate(name: string, at: string, places: Map<string, string>, report: PolicyReport): void {
  const first = places.get(name);
  if (first === undefined) {
    places.set(name, at);
    return;
  }
  const seen = name === '' ? `${first} has no name either` : `${quote(name)} is the name of ${first} already`;
  const sentence = `${seen}; every execution rule needs a name of its own`;
  report.error('Duplicate', member(at, 'name'), sentence);
}

function reportWildcards(
  { onResources }: ExecutionRule,
  at: string,
  workloads: WorkloadTable,
  report: PolicyReport,
) {
  for (const [index, { group, resource }] of onResources.entries()) {
    if (resource !== '*') continue;
    const visited = workloads.kinds.filter((row) => row.group === group).map((row) => row.resource);
    report.error(
      'WildcardResource',
      member(entry(member(at, 'onResources'), index), 'resource'),
      `"*" matches no request in an execution rule; list the resources (of this group: ${listing(visited)})`,
    );
  }
}

function reportNeverResolved(rule: ExecutionRule, at: string, report: PolicyReport): void {
  for (const condition of metadataConditions) {
    if (rule[condition].length === 0) continue;
    report.error(
      'NeverResolved',
      member(at, condition),
      'images are not resolved under resolveImages "DoNotAttempt", so this condition can never hold; ' +
        'remove it or set resolveImages to "Attempt"',
    );
  }
}
