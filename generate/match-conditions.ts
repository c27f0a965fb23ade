import { controllerUser, defaultSettings, webhookConfigurations } from '../src/admission/index.ts';
import { imagePolicy } from '../src/policy/index.ts';
import { type WorkloadKind, WorkloadTable } from '../src/workloads/index.ts';
import { definition, escaped } from './template-text.ts';

interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

interface Entry {
  readonly name: string;
  readonly matchConditions: readonly MatchCondition[];
}

const podSpec = '__POD_SPEC__';
const metadata = '__METADATA__';
const identity = '__IDENTITY__';
const controllerAccount = { namespace: '__NAMESPACE__', name: '__CONTROLLER__' };

/** Stands for all kinds with a pod template: one step in place of the path that differs. */
const template: WorkloadKind = {
  group: 'example.com',
  resource: 'templates',
  kind: 'Template',
  versions: ['v1'],
  podSpecPath: [podSpec],
  // the program takes the first step for granted, so it has to be one of its own
  templateMetadataPath: ['spec', metadata],
  configured: true,
};

const user = controllerUser({ controllerAccount });

const workloads = new WorkloadTable([template]);

const bothKinds = [
  { group: '', resource: 'pods' },
  { group: template.group, resource: template.resource },
];

/** A policy, the sections of the chart's names that it gives rise to, and how the entries are called for it. */
const policies = [
  {
    reach: 'narrow',
    config: {},
    mutating: 'names',
    validating: 'triggers',
  },
  {
    reach: 'broad',
    config: { executionRules: [{ name: 'any', onResources: bothKinds }] },
    mutating: 'names',
    validating: 'triggers',
  },
  { reach: 'uncovered', config: { resolutionRules: [] }, mutating: 'triggers', validating: undefined },
] as const;

/**
 * Named templates `conditions.WEBHOOK.REACH.PLACE` of match conditions: for pods, and for the kind with the paths that the template
 * is given. They are what the program itself would register, with steps of a path in place of the path.
 */
export function matchConditionsTemplate(): string {
  return policies
    .flatMap(({ reach, config, mutating, validating }) => {
      const [mutate, validate] = configurations(config);
      return [
        ...both(`conditions.mutate.${reach}`, mutate, mutating),
        ...(validating === undefined ? [] : both(`conditions.validate.${reach}`, validate, validating)),
      ];
    })
    .join('\n');
}

function configurations(config: object): readonly [readonly Entry[], readonly Entry[]] {
  const loaded = imagePolicy(
    { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig', ...config },
    { workloads },
  );
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  const settings = {
    ...{ ...defaultSettings, policy: loaded.policy },
    ...{ controllerIdentities: [identity], controllerAccount },
  };
  const [mutate, validate] = webhookConfigurations({ name: 'any', address: { url: '' }, settings });
  return [entriesOf(mutate), entriesOf(validate)];
}

function entriesOf(configuration: object): readonly Entry[] {
  return (configuration as { readonly webhooks: readonly Entry[] }).webhooks;
}

function both(name: string, entries: readonly Entry[], purpose: string): readonly string[] {
  const conditionsOf = (prefix: RegExp) => {
    const found = entries.filter((entry) => prefix.test(entry.name) && entry.name.includes(`.${purpose}.`));
    if (found.length !== 1) throw new Error(`${found.length} entries for ${name}`);
    return templated(found[0]?.matchConditions ?? []);
  };
  return [
    definition(`${name}.pod`, conditionsOf(/^pods(-by-policy)?\./)),
    definition(`${name}.template`, conditionsOf(/^templates(-by-policy)?\.example\.com\./)),
  ];
}

function templated(conditions: readonly MatchCondition[]): string {
  return conditions
    .map(({ name, expression }) => `- name: ${name}\n  expression: ${oneLine(withPaths(name, expression))}\n`)
    .join('');
}

/** Block style, in which nothing has to be quoted. */
function oneLine(expression: string): string {
  return `|-\n    ${expression}`;
}

/** What looks at whether anything changed looks at the first step of the path, the others at every step. */
function withPaths(condition: string, expression: string): string {
  const path = condition === 'changed' ? '{{ .root }}' : '{{ .podSpecPath }}';
  const present = condition === 'changed' ? 'has(object.{{ .root }})' : '{{ .podSpecPresent }}';
  return escaped(expression)
    .replaceAll(`has(object.${podSpec})`, present)
    .replaceAll(podSpec, path)
    .replaceAll(`has(object.spec.${metadata})`, '{{ .templateMetadataPresent }}')
    .replaceAll(`spec.${metadata}`, '{{ .templateMetadataPath }}')
    .replaceAll(`request.userInfo.username == "${identity}"`, '{{ .isControllerIdentity }}')
    .replaceAll(`request.userInfo.username == "${user}"`, '{{ .isController }}');
}
