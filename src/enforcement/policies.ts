import { anyOf, present, text, userIsOneOf } from '../cel/index.ts';
import { isPod, type WorkloadKind } from '../workloads/index.ts';
import { exactImage, imagesOf } from './images.ts';
import { messageExpression, shortMessage } from './message.ts';
import { breakGlassAnnotation, type EnforcementOptions } from './options.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** Kinds that have their pod spec at the same place share a policy. */
export interface EnforcementGroup {
  readonly name: string;
  readonly kinds: readonly [WorkloadKind, ...WorkloadKind[]];
}

/**
 * A ValidatingAdmissionPolicy that the API server evaluates itself, after all mutation: it holds while no webhook answers, or none is left.
 * What was stored before passes as long as its template is not changed, so nothing is stuck. Owners do not matter: whoever names one would
 * be let through.
 */
export function enforcementPolicy(group: EnforcementGroup, options: EnforcementOptions): object {
  const [first] = group.kinds;
  return {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: group.name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { matchPolicy: 'Equivalent', resourceRules: rulesOf(group.kinds) },
      ...conditions(options),
      variables: variablesOf(first, options),
      validations: [
        {
          expression: 'variables.inexact.size() == 0 || variables.brokenGlass',
          messageExpression,
          message: shortMessage,
          reason: 'Forbidden',
        },
      ],
      auditAnnotations: [
        {
          key: 'break-glass',
          // the authorizer cannot be asked here: whether it was let through, the record of the request itself says
          valueExpression:
            "variables.inexact.size() > 0 && variables.reason != '' ? variables.reason + ': ' + variables.inexact.map(entry, entry.image).join(', ') : ''",
        },
      ],
    },
  };
}

function rulesOf(kinds: readonly WorkloadKind[]): readonly object[] {
  return kinds.map((kind) => ({
    apiGroups: [kind.group],
    apiVersions: kind.versions,
    operations: ['CREATE', 'UPDATE'],
    resources: isPod(kind) ? ['pods', 'pods/ephemeralcontainers'] : [kind.resource],
    scope: 'Namespaced',
  }));
}

function conditions({ exceptions: { users } }: EnforcementOptions): object {
  if (users.length === 0) return {};
  return { matchConditions: [{ name: 'not-excepted', expression: `!(${userIsOneOf(users)})` }] };
}

function variablesOf(kind: WorkloadKind, options: EnforcementOptions) {
  const { imagePrefixes } = options.exceptions;
  const excepted = anyOf(imagePrefixes.map((prefix) => `entry.image.startsWith(${text(prefix)})`));
  const inexact = [
    `!entry.image.matches(${text(exactImage)})`,
    '!(entry in variables.before)',
    ...(imagePrefixes.length === 0 ? [] : [`!(${excepted})`]),
  ].join(' && ');
  return [
    { name: 'before', expression: `${isKept(kind)} ? ${imagesOf('oldObject', kind)} : []` },
    { name: 'inexact', expression: `(${imagesOf('object', kind)}).filter(entry, ${inexact})` },
    { name: 'reason', expression: reasonIn(kind) },
    { name: 'brokenGlass', expression: `variables.reason != '' && (${mayBypass(options)})` },
  ];
}

/** Whether images may stay. Of a new template new pods are made, and better refused now than when nobody looks at a terminal. */
function isKept(kind: WorkloadKind): string {
  const update = "request.operation == 'UPDATE'";
  if (isPod(kind)) return update;
  const path = kind.podSpecPath.slice(0, -1);
  const [template, before] = [['object', ...path].join('.'), ['oldObject', ...path].join('.')];
  return [update, present('object', path), present('oldObject', path), `${template} == ${before}`].join(
    ' && ',
  );
}

/** Read where the pods have it, so that the pods of a Deployment that was let through are, too. */
function reasonIn({ templateMetadataPath = ['metadata'] }: WorkloadKind): string {
  const path = [...templateMetadataPath, 'annotations'];
  const annotations = ['object', ...path].join('.');
  const there = `${present('object', path)} && '${breakGlassAnnotation}' in ${annotations}`;
  return `${there} ? ${annotations}['${breakGlassAnnotation}'] : ''`;
}

/** A controller of Kubernetes passes on what somebody with the permission has written. */
function mayBypass({ controllerIdentities }: EnforcementOptions): string {
  const check = `authorizer.group('imagestreams.io').resource('enforcement').namespace(request.namespace).check('bypass').allowed()`;
  return [userIsOneOf(controllerIdentities), check].join(' || ');
}
