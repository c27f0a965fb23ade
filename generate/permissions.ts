import { isDeepStrictEqual } from 'node:util';
import { defaultSettings, policyConfigMapPermissions, webhookPermissions } from '../src/admission/index.ts';
import { checkPermissions } from '../src/check/index.ts';
import { eventPermissions, leasePermissions, type PolicyRule } from '../src/cluster/index.ts';
import { controllerPermissions, leaderPermissions, pullSecretPermissions } from '../src/controllers/index.ts';
import { type WorkloadKind, WorkloadTable } from '../src/workloads/index.ts';
import { definition, templateText, tokens } from './template-text.ts';

/** Stands for a kind of the value `workloadKinds`. */
const configured: WorkloadKind = {
  group: tokens.group,
  resource: tokens.resource,
  kind: 'Configured',
  versions: ['v1'],
  podSpecPath: ['spec', 'template', 'spec'],
  configured: true,
};

/** The rules of all accounts' roles, as named templates; what is around them is the chart's. */
export function permissionsTemplate(): string {
  return [
    definition('webhook.clusterRules', webhookRules()),
    definition('webhook.policyRules', rules(policyConfigMapPermissions(tokens.policyConfigMap))),
    definition('controller.clusterRules', controllerRules()),
    definition('controller.pullSecretRules', rules(pullSecretPermissions)),
    definition('controller.leaderRules', leaderRules()),
    definition('check.rules', rules(checkPermissions)),
  ].join('\n');
}

function webhookRules(): string {
  const always = webhookPermissions(defaultSettings, { webhookConfiguration: tokens.fullname });
  const withPolicy = webhookPermissions(defaultSettings, {
    webhookConfiguration: tokens.fullname,
    policyFollows: true,
  });
  return rules(always) + when('.Values.policy', rules(added(always, withPolicy)));
}

function controllerRules(): string {
  const pullSecrets = false;
  const all = controllerPermissions({ pullSecrets, triggers: false });
  const previews = controllerPermissions({ pullSecrets, triggers: false, previews: true });
  const triggers = controllerPermissions({ pullSecrets });
  const configuredKinds = controllerPermissions({ pullSecrets, workloads: new WorkloadTable([configured]) });
  const range = `{{- range .Values.workloadKinds }}\n${rules(added(triggers, configuredKinds))}{{- end }}\n`;
  return (
    // certificates are kept, and told of, where others keep the streams
    rules(eventPermissions) +
    when('include "imagestreams.ownStreams" .', rules(added(eventPermissions, all))) +
    when('include "imagestreams.triggers" .', rules(added(all, triggers)) + range) +
    when('include "imagestreams.previews" .', rules(added(all, previews)))
  );
}

function leaderRules(): string {
  const records = added(leasePermissions, leaderPermissions);
  return rules(leasePermissions) + when('include "imagestreams.ownStreams" .', rules(records));
}

/** Those that are only among the second ones. */
function added(before: readonly PolicyRule[], after: readonly PolicyRule[]): readonly PolicyRule[] {
  return after.filter((rule) => !before.some((known) => isDeepStrictEqual(known, rule)));
}

function rules(list: readonly PolicyRule[]): string {
  return templateText([list]);
}

function when(condition: string, text: string): string {
  return `{{- if ${condition} }}\n${text}{{- end }}\n`;
}
