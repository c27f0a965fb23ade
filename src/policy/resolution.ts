import type { WorkloadTable } from '../workloads/index.ts';
import type { GroupResource, ImagePolicyConfig, ResolutionPolicy, ResolutionRule } from './types.ts';

/** What the policy says about resolving the images of one resource (image-policy.md §2.4). */
export interface ResourceResolution {
  /** Does a resolution rule name the resource? */
  readonly covered: boolean;
  readonly requested: boolean;
  /** Is a name rewritten that was looked up as a local one? */
  readonly rewritesLocal: boolean;
  /** Is every resolved name rewritten? */
  readonly rewritesAll: boolean;
  /** The pod template cannot change once stored, so an update is never rewritten. */
  readonly immutable: boolean;
}

/** Rules that name the resource are joined by "or", and the global policy rewrites only what no rule names. */
export function resolutionOf(
  config: ImagePolicyConfig,
  workloads: WorkloadTable,
  target: GroupResource,
): ResourceResolution {
  const rules = config.resolutionRules.filter((rule) => names(rule, target));
  const covered = rules.length > 0;
  const rewritesAll = covered
    ? rules.some((rule) => isRewrite(rule.policy))
    : isRewrite(config.resolveImages);
  return {
    covered,
    requested: covered || config.resolveImages !== 'DoNotAttempt',
    rewritesLocal: rewritesAll || rules.some((rule) => rule.localNames),
    rewritesAll,
    immutable: isImmutable(target, workloads),
  };
}

/** Does a failed resolution refuse the request? Rules have no say in this. */
export function failsUnresolved({ resolveImages }: ImagePolicyConfig): boolean {
  return resolveImages === 'Required' || resolveImages === 'RequiredRewrite';
}

function names({ targetResource }: ResolutionRule, { group, resource }: GroupResource): boolean {
  const { resource: named } = targetResource;
  return targetResource.group === group && (named === resource || named === '*');
}

function isRewrite(policy: ResolutionPolicy): boolean {
  return policy === 'RequiredRewrite' || policy === 'AttemptRewrite';
}

/** OpenShift's builds are no workload here, but a policy may speak of them. */
function isImmutable({ group, resource }: GroupResource, workloads: WorkloadTable): boolean {
  if (group === 'build.openshift.io' && resource === 'builds') return true;
  return workloads.ofResource(group, resource)?.immutableTemplate === true;
}
