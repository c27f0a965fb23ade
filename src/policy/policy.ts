import { builtInTable, type WorkloadTable } from '../workloads/index.ts';
import type { PolicyOptions } from './advice.ts';
import { prepareRules } from './execution.ts';
import { failsUnresolved } from './resolution.ts';
import { type ResourcePolicy, resourcePolicy } from './resource-policy.ts';
import type { GroupResource, ImagePolicyConfig } from './types.ts';

/** A policy made ready: per request there is one look-up by resource, and nothing is allocated. */
export class ImagePolicy {
  /** The configuration with its defaults filled in. */
  readonly config: ImagePolicyConfig;
  /** The kinds that it was made for. */
  readonly workloads: WorkloadTable;
  /** Does an image that cannot be resolved refuse the request? Only the global policy decides (image-policy.md §2.4). */
  readonly failOnResolutionFailure: boolean;
  /** By group, then by resource. */
  readonly #named: ReadonlyMap<string, ReadonlyMap<string, ResourcePolicy>>;
  /** For other resources of a group that is named, where a rule may say `*`. */
  readonly #unnamed: ReadonlyMap<string, ResourcePolicy>;
  readonly #elsewhere: ResourcePolicy;

  /** The configuration must be valid: use `imagePolicy` for one that a person wrote. */
  constructor(config: ImagePolicyConfig, options: PolicyOptions = {}) {
    const rules = prepareRules(config.executionRules, options.integratedRegistry ?? '');
    const { workloads = builtInTable } = options;
    const prepare = (target: GroupResource) => resourcePolicy(config, rules, workloads, target);
    const named = new Map<string, Map<string, ResourcePolicy>>();
    const unnamed = new Map<string, ResourcePolicy>();
    for (const { group, resource } of namedResources(config, workloads)) {
      const inGroup = named.get(group) ?? new Map<string, ResourcePolicy>();
      named.set(group, inGroup.set(resource, prepare({ group, resource })));
      unnamed.set(group, prepare({ group, resource: '' }));
    }
    this.config = config;
    this.workloads = workloads;
    this.failOnResolutionFailure = failsUnresolved(config);
    this.#named = named;
    this.#unnamed = unnamed;
    this.#elsewhere = resourcePolicy({ ...config, resolutionRules: [] }, [], workloads, {
      group: '',
      resource: '',
    });
  }

  /** What the policy says about a resource, also about one that it does not cover. */
  of({ group, resource }: GroupResource): ResourcePolicy {
    return this.#named.get(group)?.get(resource) ?? this.#unnamed.get(group) ?? this.#elsewhere;
  }
}

/** Every resource for which the policy might say something of its own. */
function namedResources(
  { resolutionRules, executionRules }: ImagePolicyConfig,
  { kinds }: WorkloadTable,
): readonly GroupResource[] {
  const builds = { group: 'build.openshift.io', resource: 'builds' };
  const targets = resolutionRules.map((rule) => rule.targetResource);
  return [...kinds, builds, ...targets, ...executionRules.flatMap((rule) => rule.onResources)];
}
