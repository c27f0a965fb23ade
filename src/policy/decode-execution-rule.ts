import { derived, flag, listOf, objectOf, oneOf, required, text, textMap } from '../configuration/index.ts';
import { groupResource } from './decode-group-resource.ts';
import type { PolicyReport } from './findings.ts';
import { reportSelector } from './selector-validity.ts';
import {
  type ExecutionRule,
  type GroupResource,
  type LabelRequirement,
  type LabelSelector,
  labelOperators,
  type ValueCondition,
} from './types.ts';

const pods: GroupResource = { group: '', resource: 'pods' };

const valueCondition = derived(
  objectOf<ValueCondition, PolicyReport>({ key: required(text), set: flag, value: text }),
  (fields, at, report): ValueCondition => {
    const condition = { key: '', set: false, value: '', ...fields };
    if (condition.set && condition.value !== '') {
      report.error('Exclusive', at, '"set" asks for the key with any value; remove either "set" or "value"');
    }
    return condition;
  },
);

const requirement = derived(
  objectOf<LabelRequirement, PolicyReport>({
    key: text,
    operator: required(oneOf(labelOperators)),
    values: listOf(text),
  }),
  // Without an operator there is nothing left to check, and that has been reported.
  ({ operator, ...fields }): LabelRequirement | undefined =>
    operator && { key: '', values: [], ...fields, operator },
);

const selector = derived(
  objectOf<LabelSelector, PolicyReport>({ matchLabels: textMap, matchExpressions: listOf(requirement) }),
  (fields, at, report): LabelSelector => {
    const whole = { matchLabels: {}, matchExpressions: [], ...fields };
    reportSelector(whole, at, report);
    return whole;
  },
);

/** One execution rule with its defaults: false, empty, and pods where `onResources` is absent or empty. */
export const executionRule = derived(
  objectOf<ExecutionRule, PolicyReport>({
    name: text,
    reject: flag,
    onResources: listOf(groupResource),
    matchRegistries: listOf(text),
    matchIntegratedRegistry: flag,
    matchImageLabels: listOf(selector),
    matchImageAnnotations: listOf(valueCondition),
    matchDockerImageLabels: listOf(valueCondition),
    invertMatch: flag,
    skipOnResolutionFailure: flag,
    ignoreNamespaceOverride: flag,
  }),
  (fields): ExecutionRule => {
    const rule: ExecutionRule = {
      name: '',
      reject: false,
      ignoreNamespaceOverride: false,
      onResources: [],
      invertMatch: false,
      matchIntegratedRegistry: false,
      matchRegistries: [],
      skipOnResolutionFailure: false,
      matchDockerImageLabels: [],
      matchImageLabels: [],
      matchImageAnnotations: [],
      ...fields,
    };
    return rule.onResources.length === 0 ? { ...rule, onResources: [pods] } : rule;
  },
);
