import { entry, member, quote } from '../configuration/index.ts';
import { parseReference } from '../reference/index.ts';
import { builtInTable, type WorkloadTable } from '../workloads/index.ts';
import type { PolicyReport } from './findings.ts';
import { adviseOnKinds } from './kinds-advice.ts';
import { adviseOnResource } from './resource-advice.ts';
import type { ExecutionRule, ImagePolicyConfig, ResolutionRule, ValueCondition } from './types.ts';
import { metadataConditions } from './validate.ts';

/** What the policy is going to meet where it runs. */
export interface PolicyOptions {
  /** `host[:port]` of the cluster's own registry, compared exactly; absent or empty, no registry is the integrated one. */
  readonly integratedRegistry?: string;
  /** Are images' labels and annotations known? Default false. */
  readonly imageMetadata?: boolean;
  /** The kinds of workload that are looked at; the built-in ones if absent. */
  readonly workloads?: WorkloadTable;
}

/** Warns about everything in a valid policy that will not do what it seems to say. */
export function advise(config: ImagePolicyConfig, options: PolicyOptions, report: PolicyReport): void {
  for (const [index, rule] of config.executionRules.entries()) {
    adviseOnExecutionRule(rule, entry('executionRules', index), options, report);
  }
}

/** Apart, because the built-in rules name resources of OpenShift's own and nobody should be warned about those. */
export function adviseOnResolutionRules(
  config: ImagePolicyConfig,
  { workloads = builtInTable }: PolicyOptions,
  report: PolicyReport,
): void {
  for (const [index, rule] of config.resolutionRules.entries()) {
    const at = entry('resolutionRules', index);
    adviseOnResource(rule.targetResource, member(at, 'targetResource'), workloads, report);
    adviseOnRequired(rule, config, member(at, 'policy'), report);
  }
}

function adviseOnRequired(
  rule: ResolutionRule,
  config: ImagePolicyConfig,
  at: string,
  report: PolicyReport,
): void {
  const requires = rule.policy === 'Required' || rule.policy === 'RequiredRewrite';
  if (!requires || config.resolveImages === 'Required' || config.resolveImages === 'RequiredRewrite') return;
  const same = rule.policy === 'Required' ? 'Attempt' : 'AttemptRewrite';
  const sentence =
    `${quote(rule.policy)} on a rule refuses nothing and acts like ${quote(same)}; ` +
    'only resolveImages can require resolution';
  report.warn('RequiredOnlyGlobally', at, sentence);
}

function adviseOnExecutionRule(
  rule: ExecutionRule,
  at: string,
  options: PolicyOptions,
  report: PolicyReport,
): void {
  const { workloads = builtInTable } = options;
  for (const [index, resource] of rule.onResources.entries()) {
    adviseOnResource(resource, entry(member(at, 'onResources'), index), workloads, report);
  }
  adviseOnKinds(rule, member(at, 'onResources'), workloads, report);
  adviseOnRegistries(rule, member(at, 'matchRegistries'), report);
  if (rule.matchIntegratedRegistry && (options.integratedRegistry ?? '') === '') {
    const sentence = `no integrated registry is configured, so ${effect(rule, false)}`;
    report.warn('IntegratedRegistryUnset', member(at, 'matchIntegratedRegistry'), sentence);
  }
  const metadata = metadataConditions.filter((condition) => rule[condition].length > 0);
  for (const condition of metadata) {
    adviseOnMetadata(rule, member(at, condition), options, report);
    if (condition !== 'matchImageLabels') adviseOnValues(rule[condition], member(at, condition), report);
  }
  const unconditional =
    metadata.length === 0 && rule.matchRegistries.length === 0 && !rule.matchIntegratedRegistry;
  if (rule.invertMatch && unconditional) {
    report.warn('RuleNeverMatches', at, 'invertMatch without any condition matches no image');
  }
}

function adviseOnMetadata(
  rule: ExecutionRule,
  at: string,
  options: PolicyOptions,
  report: PolicyReport,
): void {
  if (options.imageMetadata === true) return;
  const sentence = `labels and annotations of images are not known here, so ${effect(rule, rule.skipOnResolutionFailure)}`;
  report.warn('MetadataUnavailable', at, sentence);
}

/** What becomes of a rule one of whose conditions never holds. */
function effect(rule: ExecutionRule, skipped: boolean): string {
  if (skipped) return 'this rule is always left out';
  return rule.invertMatch ? 'this inverted rule matches every image' : 'this rule matches no image';
}

function adviseOnValues(conditions: readonly ValueCondition[], at: string, report: PolicyReport): void {
  for (const [index, { key, set, value }] of conditions.entries()) {
    if (set || value !== '') continue;
    report.warn(
      'MatchesAbsentKey',
      entry(at, index),
      `holds for images where ${quote(key)} is missing or empty; set "set" to true to ask for the key, or give a value`,
    );
  }
}

const dockerHub: readonly string[] = ['docker.io', 'index.docker.io', ''];

function adviseOnRegistries(rule: ExecutionRule, at: string, report: PolicyReport): void {
  for (const [index, registry] of rule.matchRegistries.entries()) {
    if (registry === '' || isRegistry(registry)) continue;
    report.warn(
      'RegistryNeverMatches',
      entry(at, index),
      `${quote(registry)} is not a registry; give "host" or "host:port", which is compared exactly, without scheme, path or "*"`,
    );
  }
  // Listed registries are the refused ones in a rejecting rule and in an inverted allowing one.
  const refuses = rule.reject !== rule.invertMatch;
  const named = dockerHub.filter((spelling) => rule.matchRegistries.includes(spelling));
  const missing = dockerHub.filter((spelling) => !named.includes(spelling));
  if (!refuses || named.every((spelling) => spelling === '') || missing.length === 0) return;
  report.warn(
    'DockerHubSpelling',
    at,
    `Docker Hub is also written ${missing.map(spelled).join(' and ')}, and registries are compared exactly; ` +
      `add ${missing.map(quote).join(' and ')} to refuse it`,
  );
}

function spelled(registry: string): string {
  return registry === '' ? 'without a registry' : quote(registry);
}

function isRegistry(host: string): boolean {
  const parsed = parseReference(`${host}/image`);
  return parsed.ok && parsed.reference.registry === host;
}
