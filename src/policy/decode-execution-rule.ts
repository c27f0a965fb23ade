import {
  type Decode,
  described,
  flag,
  listOf,
  objectOf,
  oneOf,
  required,
  text,
  textMap,
} from '../configuration/index.ts';
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

const resourceFields = objectOf<GroupResource>({ group: text, resource: required(text) });

const onResource: Decode<GroupResource> = described(resourceFields.schema, (value, at, report) => {
  const fields = resourceFields(value, at, report);
  if (fields === undefined) return undefined;
  return { group: '', resource: '', ...fields };
});

const valueFields = objectOf<ValueCondition>({ key: required(text), set: flag, value: text });

const valueCondition: Decode<ValueCondition, PolicyReport> = described(
  valueFields.schema,
  (value, at, report) => {
    const fields = valueFields(value, at, report);
    if (fields === undefined) return undefined;
    const condition = { key: '', set: false, value: '', ...fields };
    if (condition.set && condition.value !== '') {
      report.error('Exclusive', at, '"set" asks for the key with any value; remove either "set" or "value"');
    }
    return condition;
  },
);

const requirementFields = objectOf<LabelRequirement, PolicyReport>({
  key: text,
  operator: required(oneOf(labelOperators)),
  values: listOf(text),
});

const requirement: Decode<LabelRequirement, PolicyReport> = described(
  requirementFields.schema,
  (value, at, report) => {
    const fields = requirementFields(value, at, report);
    // Without an operator there is nothing left to check, and that has been reported.
    return fields?.operator && { key: '', values: [], ...fields, operator: fields.operator };
  },
);

const selectorFields = objectOf<LabelSelector, PolicyReport>({
  matchLabels: textMap,
  matchExpressions: listOf(requirement),
});

const selector: Decode<LabelSelector, PolicyReport> = described(
  selectorFields.schema,
  (value, at, report) => {
    const fields = selectorFields(value, at, report);
    if (fields === undefined) return undefined;
    const whole = { matchLabels: {}, matchExpressions: [], ...fields };
    reportSelector(whole, at, report);
    return whole;
  },
);

const ruleFields = objectOf<ExecutionRule, PolicyReport>({
  name: text,
  reject: flag,
  onResources: listOf(onResource),
  matchRegistries: listOf(text),
  matchIntegratedRegistry: flag,
  matchImageLabels: listOf(selector),
  matchImageAnnotations: listOf(valueCondition),
  matchDockerImageLabels: listOf(valueCondition),
  invertMatch: flag,
  skipOnResolutionFailure: flag,
  ignoreNamespaceOverride: flag,
});

/** One execution rule with its defaults: false, empty, and pods where `onResources` is absent or empty. */
export const executionRule: Decode<ExecutionRule, PolicyReport> = described(
  ruleFields.schema,
  (value, at, report) => {
    const fields = ruleFields(value, at, report);
    if (fields === undefined) return undefined;
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
