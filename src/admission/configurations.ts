import type { ImagePolicy } from '../policy/index.ts';
import { isPod, placeName, type WorkloadKind } from '../workloads/index.ts';
import { streamMutateEntry, streamValidateEntries } from './image-stream-webhooks.ts';
import { mutateConditions, triggerConditions, validateConditions } from './match-conditions.ts';
import { type AdmissionSettings, controllerUser } from './settings.ts';
import type { WebhookName } from './webhook.ts';
import type { WebhookEntry } from './webhook-entry.ts';

/** Where the API server reaches the webhook. */
export type WebhookAddress =
  | { readonly url: string }
  | { readonly service: { readonly namespace: string; readonly name: string; readonly port?: number } };

export interface ConfigurationOptions {
  /** Name of both objects. */
  readonly name: string;
  readonly address: WebhookAddress;
  /** PEM of the CA, when it is known; left out for a controller to fill in. */
  readonly caBundle?: string;
  readonly settings: AdmissionSettings;
  /** Namespaces that are never reviewed besides Kubernetes' own, such as the webhook's. */
  readonly excludedNamespaces?: readonly string[];
  /**
   * Leave out namespaces labelled `openshift.io/run-level` 0 or 1, as OpenShift does. Elsewhere the label is not protected, and
   * whoever may label a namespace would step out of every policy.
   */
  readonly excludeRunLevels?: boolean;
  /** False where others serve image streams, as OpenShift does: then these are not reviewed. True unless given. */
  readonly streams?: boolean;
}

/** Namespaces without which a cluster does not come up. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

/**
 * The registration of both webhooks, made of the kind table and the policy: a rule for every kind and version, conditions that
 * keep away whatever cannot matter, and closed failure for the rest (architecture decision 6); image streams beside them. Kinds share an entry where their
 * pod specs lie at the same path and the policy looks at them alike.
 */
export function webhookConfigurations(options: ConfigurationOptions): readonly [object, object] {
  const { settings, streams = true } = options;
  const base = (kind: string) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: options.name },
  });
  const { policy } = settings;
  const { kinds } = policy.workloads;
  const covered = kinds.filter((row) => policy.of(row).covered);
  const uncovered = kinds.filter((row) => !policy.of(row).covered && row.byPolicyOnly !== true);
  const entries = (webhook: WebhookName, rows: readonly WorkloadKind[]) =>
    groupsOf(rows, policy).map((group) => workloadEntry(webhook, group, settings));
  return [
    {
      ...base('MutatingWebhookConfiguration'),
      webhooks: [
        ...entries('mutate', covered),
        ...groupsOf(uncovered, policy).map(triggerEntry),
        ...(streams ? [streamMutateEntry] : []),
      ].map((entry) => ({
        ...registered('mutate', entry, options),
        reinvocationPolicy: 'IfNeeded',
      })),
    },
    {
      ...base('ValidatingWebhookConfiguration'),
      webhooks: [...entries('validate', kinds), ...(streams ? streamValidateEntries : [])].map((entry) =>
        registered('validate', entry, options),
      ),
    },
  ];
}

interface KindGroup {
  readonly prefix: string;
  readonly first: WorkloadKind;
  readonly rows: readonly WorkloadKind[];
  readonly qualifiedImagesMatter: boolean;
}

/** No two groups have the same name: the API server would not accept the registration. */
function groupsOf(kinds: readonly WorkloadKind[], policy: ImagePolicy): readonly KindGroup[] {
  const groups = new Map<string, WorkloadKind[]>();
  for (const row of kinds) {
    const key = `${row.podSpecPath.join('.')} ${policy.of(row).qualifiedImagesMatter}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const { qualifiedImagesMatter } = policy.of(first);
    return [{ prefix: prefixOf(first, qualifiedImagesMatter), first, rows, qualifiedImagesMatter }];
  });
}

/** `templates`, `templates-by-policy`; with its group where a configured kind is by itself: `rollouts-by-policy.argoproj.io`. */
function prefixOf(first: WorkloadKind, qualifiedImagesMatter: boolean): string {
  const [place, ...group] = placeName(first).split('.');
  return [qualifiedImagesMatter ? `${place}-by-policy` : place, ...group].join('.');
}

function workloadEntry(webhook: WebhookName, group: KindGroup, settings: AdmissionSettings): WebhookEntry {
  const { first, qualifiedImagesMatter } = group;
  const { controllerIdentities } = settings;
  return {
    prefix: group.prefix,
    purpose: webhook === 'mutate' ? 'names' : 'triggers',
    rules: rulesOf(webhook, group, settings),
    matchPolicy: 'Equivalent',
    matchConditions:
      webhook === 'mutate'
        ? mutateConditions(first, qualifiedImagesMatter, controllerIdentities)
        : validateConditions(first, qualifiedImagesMatter, controllerIdentities, controllerUser(settings)),
  };
}

/** Kinds of which the policy resolves no name: only their triggers are looked at. */
function triggerEntry({ prefix, first, rows }: KindGroup): WebhookEntry {
  return {
    prefix,
    purpose: 'triggers',
    rules: rows.map(workloadRule),
    matchPolicy: 'Equivalent',
    matchConditions: triggerConditions(first),
  };
}

function registered(webhook: WebhookName, entry: WebhookEntry, options: ConfigurationOptions): object {
  const { address, caBundle } = options;
  const { prefix, purpose, rules, matchPolicy, matchConditions } = entry;
  return {
    name: `${prefix}.${purpose}.imagestreams.io`,
    admissionReviewVersions: ['v1'],
    clientConfig: {
      ...('url' in address
        ? { url: `${address.url}/${webhook}` }
        : { service: { ...address.service, path: `/${webhook}` } }),
      ...(caBundle === undefined ? {} : { caBundle: Buffer.from(caBundle).toString('base64') }),
    },
    rules,
    matchPolicy,
    namespaceSelector: namespaceSelector(options),
    matchConditions,
    sideEffects: 'None',
    timeoutSeconds: 5,
    failurePolicy: 'Fail',
  };
}

function rulesOf(
  webhook: WebhookName,
  { rows, qualifiedImagesMatter }: KindGroup,
  settings: AdmissionSettings,
) {
  const rules = rows.map(workloadRule);
  const pods = rows.some(isPod);
  const ephemeral =
    pods && settings.visit.ephemeralContainers && (webhook === 'mutate' || qualifiedImagesMatter);
  return ephemeral
    ? [
        ...rules,
        {
          apiGroups: [''],
          apiVersions: ['v1'],
          operations: ['UPDATE'],
          resources: ['pods/ephemeralcontainers'],
          scope: 'Namespaced',
        },
      ]
    : rules;
}

function workloadRule({ group, versions, resource }: WorkloadKind) {
  return {
    apiGroups: [group],
    apiVersions: versions,
    operations: ['CREATE', 'UPDATE'],
    resources: [resource],
    scope: 'Namespaced',
  };
}

function namespaceSelector({
  excludedNamespaces = [],
  excludeRunLevels = false,
}: ConfigurationOptions): object {
  const values = [...systemNamespaces, ...excludedNamespaces];
  const named = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values };
  const runLevels = { key: 'openshift.io/run-level', operator: 'NotIn', values: ['0', '1'] };
  return { matchExpressions: excludeRunLevels ? [named, runLevels] : [named] };
}
