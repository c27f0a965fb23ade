import { type EnforcementOptions, enforcementActions, enforcementObjects } from '../src/enforcement/index.ts';
import { builtInKinds, isPod, type WorkloadKind } from '../src/workloads/index.ts';
import { blockText, definition, escaped, withChartLabels } from './template-text.ts';

const [name, group, resource, version] = ['__NAME__', '__GROUP__', '__RESOURCE__', '__VERSION__'];
const templatePath = '__TEMPLATE__';
const [prefix, user, identity, namespace] = ['__PREFIX__', '__USER__', '__IDENTITY__', '__NAMESPACE__'];

/** Stands for all kinds with a pod template: one step in place of the path that differs. */
const template: WorkloadKind = {
  ...{ group, resource, kind: 'Template', versions: [version], configured: true },
  ...{ podSpecPath: [templatePath, 'spec'], templateMetadataPath: [templatePath, 'metadata'] },
};

const pods = builtInKinds.filter(isPod);

interface Made {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly policyName?: string };
}

/**
 * Named templates of the enforcement's objects as the program itself makes them. They are given names, a path and the terms of
 * CEL that values give rise to; how kinds are put together is the chart's, and a test compares the two.
 */
export function enforcementTemplate(): string {
  return [
    definition('enforcement.policy.pod', policy(pods)),
    definition('enforcement.policy.template', policy([template])),
    definition('enforcement.bindings', bindings()),
    // what there is whatever the kinds
    definition('enforcement.common', made({ kinds: [] }).map(document).join('---\n')),
  ].join('\n');
}

function made(more: Partial<EnforcementOptions>): readonly Made[] {
  return enforcementObjects({
    ...{ name, kinds: pods, unlabelled: 'none', controllerIdentities: [identity] },
    exceptions: { imagePrefixes: [prefix], users: [user], namespaces: [namespace] },
    ...more,
  }) as readonly Made[];
}

function policy(kinds: readonly WorkloadKind[]): string {
  const [object] = made({ kinds });
  if (object === undefined) throw new Error('no policy was made');
  return document({ ...object, metadata: { name } })
    .replace(/^ {2}matchConditions:\n(?: {4}.*\n)+/m, (text) => when('.exceptedUsers', text))
    .replace(/^ {6}- apiGroups:\n {10}- {{ \.group.*\n(?: {8}.*\n)+/m, (text) => range('.kinds', text));
}

function bindings(): string {
  const unlabelled = enforcementActions.map((action) => {
    const more = bindingsOf({ unlabelled: action }).slice(enforcementActions.length);
    return when(`eq .unlabelled "${action}"`, more.map((object) => `---\n${document(object)}`).join(''));
  });
  return bindingsOf({}).map(document).join('---\n') + unlabelled.join('');
}

function bindingsOf(more: Partial<EnforcementOptions>): readonly Made[] {
  return made(more).filter(({ spec }) => spec?.policyName === `${name}-pods`);
}

function document(object: Made): string {
  const text = blockText(object, ['expression', 'messageExpression', 'valueExpression']);
  return withChartLabels(filledIn(escaped(text.replaceAll(`${name}-pods`, name))), '.root');
}

const values: readonly (readonly [string | RegExp, string])[] = [
  [`has(object.${templatePath})`, '{{ .templatePresent }}'],
  [`has(oldObject.${templatePath})`, '{{ .oldTemplatePresent }}'],
  [templatePath, '{{ .templatePath }}'],
  [` && !(entry.image.startsWith("${prefix}"))`, '{{ with .exceptedImages }} && !({{ . }}){{ end }}'],
  [`request.userInfo.username == "${user}"`, '{{ .exceptedUsers }}'],
  [`request.userInfo.username == "${identity}"`, '{{ .isControllerIdentity }}'],
  [/values:\n +- __NAMESPACE__/g, 'values: {{ .namespaces | toJson }}'],
  [group, '{{ .group | quote }}'],
  [resource, '{{ .resource }}'],
  [/apiVersions:\n +- __VERSION__/g, 'apiVersions: {{ .versions | toJson }}'],
  [name, '{{ .name }}'],
];

function filledIn(text: string): string {
  return values.reduce((filled, [token, value]) => filled.replaceAll(token, value), text);
}

function when(condition: string, text: string): string {
  return `{{- if ${condition} }}\n${text}{{- end }}\n`;
}

function range(list: string, text: string): string {
  return `{{- range ${list} }}\n${text}{{- end }}\n`;
}
