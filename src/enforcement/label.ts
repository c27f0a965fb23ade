import { enforceLabel, enforcementActions } from './options.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** Refuses a namespace label with a value that means nothing: it would enforce nothing, silently. */
export function enforcementLabelPolicy(name: string): readonly object[] {
  const metadata = { name: `${name}-label` };
  const labelled = `has(object.metadata.labels) && '${enforceLabel}' in object.metadata.labels`;
  const value = `object.metadata.labels['${enforceLabel}']`;
  const known = [...enforcementActions, 'none'];
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          matchPolicy: 'Equivalent',
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['namespaces'],
              scope: 'Cluster',
            },
          ],
        },
        validations: [
          {
            expression: `!(${labelled}) || ${value} in ${JSON.stringify(known)} || (request.operation == 'UPDATE' && has(oldObject.metadata.labels) && '${enforceLabel}' in oldObject.metadata.labels && oldObject.metadata.labels['${enforceLabel}'] == ${value})`,
            messageExpression: `'Namespace "' + object.metadata.name + '": the label ${enforceLabel} has the value "' + ${value} + '", but it must be one of ${known.join(', ')}'`,
            message: `the label ${enforceLabel} must be one of ${known.join(', ')}`,
            reason: 'Forbidden',
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ];
}
