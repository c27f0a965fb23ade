import { type ApiClient, type EventRecorder, WatchedObject } from '../cluster/index.ts';
import type { ImagePolicy, PolicyOptions } from '../policy/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { valueAt } from '../workloads/index.ts';
import { policyInText } from './policy-text.ts';

/** The key of a ConfigMap under which the policy stands. */
export const policyKey = 'policy.yaml';

export interface PolicyConfigMapOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  readonly policyOptions: PolicyOptions;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly logger: Logger;
  /** Called with each policy that can be used, the first one included. */
  readonly onPolicy: (policy: ImagePolicy) => void;
}

interface Written {
  /** Undefined when the key is missing. */
  readonly text: string | undefined;
  readonly uid: string | undefined;
}

/**
 * The policy in a ConfigMap, read through the API and watched, so that a change counts at once in every replica and no kubelet has to
 * bring it. One that cannot be used is told in an Event on the ConfigMap, and the last good one stays.
 */
export class PolicyConfigMap {
  readonly #options: PolicyConfigMapOptions;
  readonly #watched: WatchedObject<Written>;
  readonly #key: string;
  #seen: string | undefined;
  #problem: string | undefined;
  #loaded = false;

  constructor(options: PolicyConfigMapOptions) {
    const { client, namespace, name, logger } = options;
    this.#options = options;
    this.#key = `${namespace}/${name}`;
    this.#watched = new WatchedObject<Written>({
      client,
      location: { version: 'v1', resource: 'configmaps', namespace, name },
      project: ({ body }) => {
        const text = valueAt(body, ['data', policyKey]);
        const uid = valueAt(body, ['metadata', 'uid']);
        return {
          text: typeof text === 'string' ? text : undefined,
          uid: typeof uid === 'string' ? uid : undefined,
        };
      },
      logger,
      onLook: () => this.#look(),
    });
  }

  start(): void {
    this.#watched.start();
  }

  stop(): Promise<void> {
    return this.#watched.stop();
  }

  /** Why the ConfigMap as it is now is not in use; undefined when it is. */
  get problem(): string | undefined {
    if (this.#problem !== undefined || this.#loaded) return this.#problem;
    const reason = this.#watched.health.lastError?.message;
    return `ConfigMap ${this.#key} has not been read yet${reason === undefined ? '' : `: ${reason}`}`;
  }

  /** Was there ever a policy that could be used? Before that nothing can be decided. */
  get loaded(): boolean {
    return this.#loaded;
  }

  #look(): void {
    const written = this.#watched.value;
    const source = `ConfigMap ${this.#key}`;
    if (written?.text === undefined) {
      const lacking = written === undefined ? 'does not exist' : `has no key ${policyKey}`;
      this.#refuse(`${source} ${lacking}; write an ImagePolicyConfig to its key ${policyKey}`, written?.uid);
      this.#seen = undefined;
    } else if (written.text !== this.#seen) {
      this.#seen = written.text;
      this.#read(written.text, source, written.uid);
    }
  }

  #read(text: string, source: string, uid: string | undefined): void {
    const { policyOptions, onPolicy, logger } = this.#options;
    const read = policyInText(text, source, policyOptions);
    if ('problem' in read) {
      this.#refuse(read.problem, uid);
      return;
    }
    for (const warning of read.warnings) logger.warn(warning);
    const again = this.#loaded;
    this.#loaded = true;
    this.#problem = undefined;
    onPolicy(read.policy);
    const note = `${source} is the policy now`;
    logger.info(note);
    if (again) this.#tell('Normal', 'PolicyLoaded', note, uid);
  }

  #refuse(problem: string, uid: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const note = this.#loaded ? `${problem}\nThe last good policy stays in use.` : problem;
    this.#options.logger.error(note);
    this.#tell('Warning', 'PolicyRefused', note, uid);
  }

  #tell(type: 'Normal' | 'Warning', reason: string, note: string, uid: string | undefined): void {
    const { events, namespace, name } = this.#options;
    const regarding = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, uid };
    // one line, as kubectl shows Events in a table
    events.record({ regarding, type, reason, action: 'LoadPolicy', note: note.replaceAll(/\n\s*/g, ' ') });
  }
}
