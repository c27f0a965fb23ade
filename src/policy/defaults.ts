import type { WorkloadTable } from '../workloads/index.ts';
import type {
  ExecutionRule,
  GroupResource,
  ImagePolicyConfig,
  ResolutionPolicy,
  ResolutionRule,
} from './types.ts';

/** A resolution rule as written; its policy may be left to the default. */
export type WrittenResolutionRule = Omit<ResolutionRule, 'policy'> & { readonly policy?: ResolutionPolicy };

/** A policy as written, before defaulting; execution rules already have theirs. */
export interface WrittenPolicy {
  readonly resolveImages?: ResolutionPolicy;
  readonly resolutionRules?: readonly WrittenResolutionRule[];
  readonly executionRules?: readonly ExecutionRule[];
}

/** The resources of the built-in resolution rules, in upstream's order (image-policy.md §2.2). */
const defaultTargets: readonly GroupResource[] = [
  { group: '', resource: 'pods' },
  { group: '', resource: 'replicationcontrollers' },
  { group: 'apps.openshift.io', resource: 'deploymentconfigs' },
  { group: 'apps', resource: 'daemonsets' },
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
  { group: 'apps', resource: 'replicasets' },
  { group: 'build.openshift.io', resource: 'builds' },
  { group: 'batch', resource: 'jobs' },
  { group: 'batch', resource: 'cronjobs' },
  { group: 'extensions', resource: 'daemonsets' },
  { group: 'extensions', resource: 'deployments' },
  { group: 'extensions', resource: 'replicasets' },
];

/**
 * Fills in what was not written (image-policy.md §2.1, §2.2). Only absent resolution rules get the built-in list;
 * an empty list stays empty. The built-in list has the configured kinds, too. A written rule without a policy has the global one.
 */
export function withDefaults(written: WrittenPolicy, { kinds }: WorkloadTable): ImagePolicyConfig {
  const { resolveImages = 'Attempt', executionRules = [] } = written;
  const resolutionRules =
    written.resolutionRules?.map((rule) => ({ policy: resolveImages, ...rule })) ??
    defaultResolutionRules(
      [...defaultTargets, ...kinds.filter(({ configured }) => configured)],
      resolveImages,
      executionRules,
    );
  return { resolveImages, resolutionRules, executionRules };
}

/** Built-in rules rewrite local names only; they take the global policy where an execution rule looks at the resource. */
function defaultResolutionRules(
  targets: readonly GroupResource[],
  resolveImages: ResolutionPolicy,
  executionRules: readonly ExecutionRule[],
): readonly ResolutionRule[] {
  return targets
    .map(({ group, resource }) => ({ group, resource }))
    .map((targetResource) => ({
      policy: executionRules.some((rule) => isOn(rule, targetResource)) ? resolveImages : 'DoNotAttempt',
      targetResource,
      localNames: true,
    }));
}

function isOn(rule: ExecutionRule, { group, resource }: GroupResource): boolean {
  return rule.onResources.some((on) => on.group === group && on.resource === resource);
}
