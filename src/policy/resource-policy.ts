import type { WorkloadTable } from '../workloads/index.ts';
import { type Accepts, accepted, executionOf, type PreparedRules } from './execution.ts';
import { failsUnresolved, resolutionOf } from './resolution.ts';
import type { GroupResource, ImagePolicyConfig } from './types.ts';

/** How a resolved name came about, as far as rewriting depends on it. */
export interface ResolvedName {
  /** It was a local name, and the stream or the object asked for local look-up. */
  readonly localRewrite: boolean;
  /** The request is an update. */
  readonly update: boolean;
}

/** All that a policy says about one resource, worked out beforehand. */
export interface ResourcePolicy {
  /** A resolution rule names the resource, by itself or by `*`. */
  readonly coveredByResolution: boolean;
  /** An execution rule is on the resource. */
  readonly coveredByExecution: boolean;
  /** Either; requests for a resource that is not covered are let through unseen (image-policy.md §4, step 4). */
  readonly covered: boolean;
  /** Is resolution tried? By the global policy, or because a resolution rule names the resource, whatever it says. */
  readonly requestsResolution: boolean;
  /**
   * Can the policy change or refuse something about images that are no local names? If not, the webhook needs to see
   * only objects with a local name or with the resolve-names annotation.
   */
  readonly qualifiedImagesMatter: boolean;
  /** Is a resolved name written into the object? */
  readonly rewrites: (name: ResolvedName) => boolean;
  /** Do the execution rules let the image run? */
  readonly accepts: Accepts;
}

const acceptsAll: Accepts = () => accepted;

export function resourcePolicy(
  config: ImagePolicyConfig,
  rules: PreparedRules,
  workloads: WorkloadTable,
  target: GroupResource,
): ResourcePolicy {
  const resolution = resolutionOf(config, workloads, target);
  const execution = executionOf(rules, target);
  const coveredByResolution = resolution.covered;
  const coveredByExecution = execution !== undefined;
  const reachesQualified = resolution.rewritesAll || failsUnresolved(config);
  return {
    coveredByResolution,
    coveredByExecution,
    covered: coveredByResolution || coveredByExecution,
    requestsResolution: resolution.requested,
    qualifiedImagesMatter: coveredByExecution || (coveredByResolution && reachesQualified),
    rewrites: ({ localRewrite, update }) => {
      if (update && resolution.immutable) return false;
      return localRewrite ? resolution.rewritesLocal : resolution.rewritesAll;
    },
    accepts: execution ?? acceptsAll,
  };
}
