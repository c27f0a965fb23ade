import { Report } from '../configuration/index.ts';
import { builtInTable } from '../workloads/index.ts';
import { advise, adviseOnResolutionRules, type PolicyOptions } from './advice.ts';
import { decodePolicy } from './decode-config.ts';
import { withDefaults } from './defaults.ts';
import type { PolicyError, PolicyErrorCode, PolicyWarning, PolicyWarningCode } from './findings.ts';
import { ImagePolicy } from './policy.ts';
import { validate } from './validate.ts';

export type LoadedPolicy =
  | { readonly ok: true; readonly policy: ImagePolicy; readonly warnings: readonly PolicyWarning[] }
  | { readonly ok: false; readonly errors: readonly PolicyError[] };

/**
 * Makes a policy of a parsed `ImagePolicyConfig` document (image-policy.md §2). Null or absent is the empty policy
 * with all defaults, which is what an OpenShift cluster runs.
 *
 * All errors are told at once. Warnings are about what is valid and yet will not do what it seems to say.
 */
export function imagePolicy(input: unknown, options: PolicyOptions = {}): LoadedPolicy {
  const report = new Report<PolicyErrorCode, PolicyWarningCode>('the image policy');
  const written = decodePolicy(input, report);
  const { workloads = builtInTable } = options;
  const config = withDefaults(written, workloads);
  validate(config, workloads, report);
  if (report.errors.length > 0) return { ok: false, errors: report.errors };
  if (written.resolutionRules !== undefined) adviseOnResolutionRules(config, options, report);
  advise(config, options, report);
  return { ok: true, policy: new ImagePolicy(config, options), warnings: report.warnings };
}

/** The built-in policy: local names of the usual workloads are resolved where possible, and nothing is refused. */
export const defaultImagePolicy: ImagePolicy = new ImagePolicy(withDefaults({}, builtInTable));
