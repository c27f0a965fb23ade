import { quote } from '../configuration/index.ts';
import type { ImageAttributes } from './attributes.ts';
import { type ConditionCheck, conditionCheck } from './condition.ts';
import type { ExecutionRule, GroupResource } from './types.ts';

/** May this image run? The objects are made once; nothing is built for a request. */
export type Verdict = typeof accepted | Rejection;

/**
 * - `RuleRejects`: a rejecting rule matches.
 * - `NoRuleAllows`: there are rules that allow, and none of them matches.
 */
export interface Rejection {
  readonly accepted: false;
  readonly code: 'RuleRejects' | 'NoRuleAllows';
  /** One clause for the user, to follow the image and `this image is prohibited by policy: `. */
  readonly message: string;
}

export const accepted = { accepted: true } as const;

export type Accepts = (attributes: ImageAttributes) => Verdict;

interface PreparedRule {
  readonly name: string;
  readonly excludable: boolean;
  readonly skipWithoutMetadata: boolean;
  readonly matches: ConditionCheck;
  /** Undefined in an allowing rule. */
  readonly rejection: Rejection | undefined;
}

export type PreparedRules = readonly { readonly rule: ExecutionRule; readonly prepared: PreparedRule }[];

export function prepareRules(rules: readonly ExecutionRule[], integratedRegistry: string): PreparedRules {
  return rules.map((rule, index) => ({
    rule,
    prepared: {
      name: rule.name,
      excludable: !rule.ignoreNamespaceOverride,
      skipWithoutMetadata: rule.skipOnResolutionFailure,
      matches: conditionCheck(rule, integratedRegistry),
      rejection: rule.reject ? rejection(rule.name, index) : undefined,
    },
  }));
}

/** The rules of one resource in their order; undefined where none is on it, and then everything is accepted. */
export function executionOf(rules: PreparedRules, { group, resource }: GroupResource): Accepts | undefined {
  const bucket = rules
    .filter(({ rule }) => rule.onResources.some((on) => on.group === group && on.resource === resource))
    .map(({ prepared }) => prepared);
  if (bucket.length === 0) return undefined;
  const otherwise = bucket.every((rule) => rule.rejection !== undefined) ? accepted : nothingAllows(bucket);
  return (attributes) => evaluate(bucket, attributes, otherwise);
}

/**
 * In order: the first matching rule that rejects decides; else one that allows; else, where any rule of the resource
 * allows (even one left out for this image), nothing does (image-policy.md §8.2).
 */
function evaluate(bucket: readonly PreparedRule[], attributes: ImageAttributes, otherwise: Verdict): Verdict {
  let verdict = otherwise;
  for (const rule of bucket) {
    if (rule.excludable && attributes.excludedRules?.has(rule.name) === true) continue;
    if (rule.skipWithoutMetadata && attributes.image === undefined) continue;
    if (!rule.matches(attributes)) continue;
    if (rule.rejection !== undefined) return rule.rejection;
    verdict = accepted;
  }
  return verdict;
}

function rejection(name: string, index: number): Rejection {
  const which = name === '' ? `executionRules[${index}]` : quote(name);
  return { accepted: false, code: 'RuleRejects', message: `execution rule ${which} rejects it` };
}

function nothingAllows(bucket: readonly PreparedRule[]): Rejection {
  const names = bucket
    .filter((rule) => rule.rejection === undefined && rule.name !== '')
    .map((rule) => quote(rule.name));
  const which = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return { accepted: false, code: 'NoRuleAllows', message: `no execution rule${which} allows it` };
}
