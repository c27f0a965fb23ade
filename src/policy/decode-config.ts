import {
  type Decode,
  derived,
  described,
  flag,
  type JsonSchema,
  listOf,
  objectOf,
  oneOf,
  quote,
  text,
} from '../configuration/index.ts';
import { executionRule } from './decode-execution-rule.ts';
import { groupResource } from './decode-group-resource.ts';
import type { WrittenPolicy, WrittenResolutionRule } from './defaults.ts';
import type { PolicyReport } from './findings.ts';
import { type GroupResource, resolutionPolicies } from './types.ts';

const policyApiVersion = 'image.openshift.io/v1';
const policyKind = 'ImagePolicyConfig';

/** The document: the type's own two fields, then the policy. */
interface Document extends WrittenPolicy {
  readonly apiVersion: string;
  readonly kind: string;
}

/** An absent target is told at its resource, the field that has no default. */
const target: Decode<GroupResource> = described(groupResource.schema, (value, at, report) =>
  groupResource(value ?? {}, at, report),
);

const resolutionRule = derived(
  objectOf<WrittenResolutionRule, PolicyReport>({
    policy: oneOf(resolutionPolicies),
    targetResource: target,
    localNames: flag,
  }),
  (fields): WrittenResolutionRule => ({
    targetResource: { group: '', resource: '' },
    localNames: false,
    ...fields,
  }),
);

const document = objectOf<Document, PolicyReport>({
  apiVersion: exactly(policyApiVersion),
  kind: exactly(policyKind),
  resolveImages: oneOf(resolutionPolicies),
  resolutionRules: listOf(resolutionRule),
  executionRules: listOf(executionRule),
});

/** JSON Schema of the document. */
export const policySchema: JsonSchema = document.schema ?? {};

/** Reads a parsed document as far as it can be read. Null or absent is a policy that says nothing. */
export function decodePolicy(input: unknown, report: PolicyReport): WrittenPolicy {
  return document(input, '', report) ?? {};
}

function exactly(expected: string): Decode<string, PolicyReport> {
  return described({ const: expected }, (value, at, report) => {
    if (value === expected) return expected;
    if (value === undefined || value === null || value === '') {
      report.error('Required', at, `a value is required; it must be "${expected}"`);
    } else if (typeof value === 'string') {
      report.error('WrongObject', at, `must be "${expected}", saw ${quote(value)}`);
    } else {
      return text(value, at, report);
    }
    return undefined;
  });
}
