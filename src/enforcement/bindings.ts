import {
  type EnforcementAction,
  type EnforcementOptions,
  enforceLabel,
  enforcementActions,
} from './options.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** Kubernetes' names of the actions. A refusal is in the audit log anyhow. */
const validationActions: Readonly<Record<EnforcementAction, readonly string[]>> = {
  warn: ['Warn', 'Audit'],
  audit: ['Audit'],
  deny: ['Deny'],
};

/** Binds a policy once for each action, to the namespaces whose label asks for it, and to those without label if these are to be held to it. */
export function enforcementBindings(policyName: string, options: EnforcementOptions): readonly object[] {
  const { unlabelled } = options;
  const labelled = enforcementActions.map((action) =>
    binding(policyName, action, options, { key: enforceLabel, operator: 'In', values: [action] }),
  );
  if (unlabelled === 'none') return labelled;
  const others = { key: enforceLabel, operator: 'DoesNotExist' };
  return [...labelled, binding(policyName, unlabelled, options, others, 'unlabelled')];
}

function binding(
  policyName: string,
  action: EnforcementAction,
  { exceptions: { namespaces } }: EnforcementOptions,
  requirement: object,
  name: string = action,
): object {
  const excepted = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: namespaces };
  const matchExpressions = namespaces.length === 0 ? [requirement] : [requirement, excepted];
  return {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: `${policyName}-${name}` },
    spec: {
      policyName,
      validationActions: validationActions[action],
      matchResources: { namespaceSelector: { matchExpressions } },
    },
  };
}
