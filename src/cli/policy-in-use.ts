import { type ApiClient, notCurrent, Reflector, resourcePath, systemClock } from '../cluster/index.ts';
import { excludedRules, type ImagePolicy, ignoreRulesAnnotation } from '../policy/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { annotationText } from '../workloads/index.ts';

/**
 * The policy that is decided with, and the namespaces that exclude rules of it: these are watched only once a policy has rules, and
 * such a policy is used only when they have been listed.
 */
export class PolicyInUse {
  readonly #namespaces: Reflector<ReadonlySet<string>>;
  readonly #onUse: (policy: ImagePolicy) => void;
  #wanted: ImagePolicy | undefined;
  #current: ImagePolicy | undefined;

  constructor(client: ApiClient, logger: Logger, onUse: (policy: ImagePolicy) => void) {
    this.#namespaces = ruleExclusions(client, logger);
    this.#onUse = onUse;
  }

  /** Which execution rules the namespace excludes. */
  excludedRules(namespace: string): ReadonlySet<string> | undefined {
    return this.#namespaces.get(namespace);
  }

  /** Takes the policy into use, at once or as soon as it can be judged by; the last call counts. */
  use(policy: ImagePolicy): void {
    this.#wanted = policy;
    if (policy.config.executionRules.length === 0 || this.#namespaces.synced) {
      this.#take(policy);
      return;
    }
    this.#namespaces.start();
    void this.#namespaces.whenSynced().then(
      () => this.#take(policy),
      () => undefined,
    );
  }

  /** Why no policy is in use yet; undefined when one is. */
  get waiting(): string | undefined {
    if (this.#current !== undefined) return undefined;
    if (this.#wanted === undefined) return 'the policy has not been read yet';
    return notCurrent('namespaces', this.#namespaces.health, systemClock.now());
  }

  stop(): Promise<void> {
    return this.#namespaces.stop();
  }

  #take(policy: ImagePolicy): void {
    if (policy !== this.#wanted || policy === this.#current) return;
    this.#current = policy;
    this.#onUse(policy);
  }
}

/** Namespaces without the annotation are not kept. */
function ruleExclusions(client: ApiClient, logger: Logger): Reflector<ReadonlySet<string>> {
  return new Reflector({
    client,
    path: resourcePath({ group: '', version: 'v1', resource: 'namespaces' }),
    project: ({ body }) => {
      const annotation = annotationText(body, ignoreRulesAnnotation);
      return annotation === undefined ? undefined : excludedRules(annotation);
    },
    logger,
  });
}
