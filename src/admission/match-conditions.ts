import { anyOf, present, userIs, userIsOneOf } from '../cel/index.ts';
import {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
  triggersAnnotation,
} from '../triggers/index.ts';
import { isPod, resolveNamesAnnotation, type WorkloadKind } from '../workloads/index.ts';
import { recreationAnnotations } from './job-recreation.ts';
import { resolvedAnnotation } from './provenance.ts';

/** A CEL condition of a webhook registration; the API server calls the webhook only where all of them hold. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/**
 * What could be a name of a stream: one segment, no digest. Wider than the grammar, as it may only let through too much.
 */
const shortName = "'^[^/@.:]+(:[^/@]*)?$'";

/** What only triggers have; an object that carries one of them is not believed it without a look. */
const triggerAnnotations = [triggersAnnotation, triggerStatusAnnotation, heldAnnotation];

/** What asks something of triggers, besides. */
const triggerRequests = [fireAnnotation, releaseAnnotation];

/** Conditions of the mutating webhook for the kinds that have their pod spec where `kind` has it, and whose images have names. */
export function mutateConditions(
  kind: WorkloadKind,
  qualifiedImagesMatter: boolean,
  controllerIdentities: readonly string[],
): readonly MatchCondition[] {
  const common = [
    notOwned(qualifiedImagesMatter, controllerIdentities),
    changed(kind, [resolveNamesAnnotation, resolvedAnnotation, ...triggerAnnotations, ...triggerRequests]),
  ];
  if (qualifiedImagesMatter) return common;
  const expression = anyOf([
    ...triggerTerms,
    ...imageLists(kind).map((list) => hasShortName(kind, list)),
    // `*` asks to look up every image, whatever registry it names
    carries('object.metadata', resolveNamesAnnotation),
    ...(kind.templateMetadataPath === undefined
      ? []
      : [carries(['object', ...kind.templateMetadataPath].join('.'), resolveNamesAnnotation)]),
    carries('object.metadata', resolvedAnnotation),
    `request.operation == 'UPDATE' && ${carries('oldObject.metadata', resolvedAnnotation)}`,
  ]);
  return [...common, { name: 'names-something', expression }];
}

/** Conditions of the mutating webhook for kinds of which the policy looks at no image: their triggers act all the same. */
export function triggerConditions(kind: WorkloadKind): readonly MatchCondition[] {
  return [
    notOwned(false, []),
    changed(kind, [resolvedAnnotation, ...triggerAnnotations, ...triggerRequests]),
    { name: 'has-triggers', expression: anyOf(triggerTerms) },
  ];
}

/**
 * Conditions of the validating webhook. Of what this project's controller updates nothing is to be said where no image can be
 * refused: it changes neither triggers nor containers, and there are as many updates as workloads that follow a moved tag.
 */
export function validateConditions(
  kind: WorkloadKind,
  qualifiedImagesMatter: boolean,
  controllerIdentities: readonly string[],
  controllerUser: string,
): readonly MatchCondition[] {
  const common = [
    notOwned(qualifiedImagesMatter, controllerIdentities),
    changed(kind, [triggersAnnotation, resolveNamesAnnotation], [asksAnew]),
  ];
  const expression = anyOf(
    [triggersAnnotation, onChangeAnnotation].map((key) => carries('object.metadata', key)),
  );
  return qualifiedImagesMatter
    ? common
    : [
        {
          name: 'not-the-controller',
          expression: `request.operation != 'UPDATE' || !(${userIs(controllerUser)})`,
        },
        ...common,
        { name: 'has-triggers', expression },
      ];
}

const isEphemeral = "(has(request.subResource) && request.subResource == 'ephemeralcontainers')";

/**
 * Owned objects are made from a template that was resolved already; nearly every Pod is owned, so a new ephemeral container
 * counts all the same. Where the policy can refuse, an owner exempts only what a listed controller writes.
 */
function notOwned(strict: boolean, identities: readonly string[]): MatchCondition {
  const terms = [isEphemeral, `!${isOwned('object')}`, ...(strict ? [`!(${userIsOneOf(identities)})`] : [])];
  return { name: 'not-owned', expression: terms.join(' || ') };
}

function isOwned(object: string): string {
  const owners = `${object}.metadata.ownerReferences`;
  return `(has(${owners}) && ${owners}.exists(owner, has(owner.controller) && owner.controller))`;
}

/** On update only what concerns us may have changed: a label, a finalizer or a foreground deletion must never wait for us. */
function changed(
  kind: WorkloadKind,
  annotations: readonly string[],
  others: readonly string[] = [],
): MatchCondition {
  const [root = 'spec'] = kind.podSpecPath;
  const both = `has(object.${root}) && has(oldObject.${root})`;
  const terms = [
    "request.operation != 'UPDATE'",
    `!(${both} && object.${root} == oldObject.${root})`,
    ...annotations.map(annotationDiffers),
    ...others,
  ];
  return { name: 'changed', expression: terms.join(' || ') };
}

/** An update gives the annotation another value, brings it or takes it away. */
export function annotationDiffers(key: string): string {
  return `${annotation('object', key)} != ${annotation('oldObject', key)}`;
}

function annotation(object: string, key: string): string {
  return `(${carries(`${object}.metadata`, key)} ? ${object}.metadata.annotations['${key}'] : '')`;
}

function carries(metadata: string, key: string): string {
  const [object = '', first = '', ...steps] = metadata.split('.');
  // `object.metadata` is always there; a template's metadata need not be
  const there = present(`${object}.${first}`, [...steps, 'annotations']);
  return `(${there} && '${key}' in ${metadata}.annotations)`;
}

type ConditionList = 'containers' | 'initContainers' | 'ephemeralContainers' | 'volumes';

function imageLists(kind: WorkloadKind): readonly ConditionList[] {
  const inTemplates = ['containers', 'initContainers', 'volumes'] as const;
  return isPod(kind) ? [...inTemplates, 'ephemeralContainers'] : inTemplates;
}

function hasShortName({ podSpecPath }: WorkloadKind, list: ConditionList): string {
  const path = [...podSpecPath, list];
  const entries = ['object', ...path].join('.');
  // an object without containers arrives with null in their place, and is the API server's to refuse
  const there = `${present('object', path)} && ${entries} != null`;
  const entry =
    list === 'volumes'
      ? `has(entry.image) && has(entry.image.reference) && entry.image.reference.matches(${shortName})`
      : `has(entry.image) && entry.image.matches(${shortName})`;
  return `(${there} && ${entries}.exists(entry, ${entry}))`;
}

/** Now or before. */
const triggerTerms: readonly string[] = triggerAnnotations.flatMap((key) => [
  carries('object.metadata', key),
  `request.operation == 'UPDATE' && ${carries('oldObject.metadata', key)}`,
]);

/** What has a Job made anew that says it may be; an owner that it had kept it from being looked at. */
const asksAnew = `(${carries('object.metadata', onChangeAnnotation)} && (${anyOf([
  ...recreationAnnotations.map(annotationDiffers),
  isOwned('oldObject'),
])}))`;
