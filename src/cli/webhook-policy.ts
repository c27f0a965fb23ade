import { hostname } from 'node:os';
import { Gauge } from 'prom-client';
import type { AdmissionSettings } from '../admission/index.ts';
import { type ApiClient, EventRecorder } from '../cluster/index.ts';
import { type Logger, METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';
import { namespacedName } from './namespaced-name.ts';
import { PolicyConfigMap } from './policy-config-map.ts';
import { RegistrationCheck } from './registration-check.ts';

export interface WebhookPolicyOptions {
  /** `NAMESPACE/NAME` of a ConfigMap; without it the policy of the settings stays. */
  readonly policyConfigMap?: string | undefined;
  /** Name of the webhook configurations that are to fit the policy; nothing is checked without it. */
  readonly webhookConfiguration?: string | undefined;
  readonly client: ApiClient;
  readonly cluster: ClusterSurroundings;
  readonly settings: AdmissionSettings;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Keeps the webhook's policy current, and looks whether the registration fits it. */
export interface WebhookPolicy {
  start(): void;
  /** Why nothing can be decided yet. */
  ready(): string | undefined;
  stop(): Promise<void>;
}

/** @throws UsageError when an option cannot be read */
export function webhookPolicy(options: WebhookPolicyOptions): WebhookPolicy {
  const { client, cluster, settings, registry, logger, webhookConfiguration: name } = options;
  const check = name === undefined ? undefined : new RegistrationCheck({ client, name, registry, logger });
  if (options.policyConfigMap === undefined) {
    return {
      start: () => check?.check(settings),
      ready: () => undefined,
      stop: async () => check?.stop(),
    };
  }
  const events = new EventRecorder({
    client,
    reportingController: 'imagestreams.io/webhook',
    reportingInstance: hostname(),
    logger,
  });
  const watched = new PolicyConfigMap({
    ...{ client, events, logger },
    ...namespacedName(options.policyConfigMap, '--policy-config-map'),
    policyOptions: {
      integratedRegistry: settings.integratedRegistry,
      workloads: settings.policy.workloads,
    },
    onPolicy: (policy) => {
      cluster.usePolicy(policy);
      check?.check({ ...settings, policy });
    },
  });
  measureRefusal(registry, watched);
  return {
    start: () => watched.start(),
    ready: () => (watched.loaded ? undefined : watched.problem),
    stop: async () => {
      check?.stop();
      await watched.stop();
      await events.close();
    },
  };
}

function measureRefusal(registry: Registry, watched: PolicyConfigMap): void {
  new Gauge({
    name: `${METRIC_PREFIX}policy_refused`,
    help: '1 while the policy as written cannot be used, and the last good one is.',
    registers: [registry],
    collect() {
      this.set(watched.problem === undefined ? 0 : 1);
    },
  });
}
