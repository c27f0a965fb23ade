import type { TagNow } from './tag-now.ts';
import type { Trigger, TriggerContainer } from './trigger.ts';
import type { TriggerState } from './trigger-state.ts';

/** Where an image came from, as `imagestreams.io/resolved` tells it. */
export interface ImageOrigin {
  /** What the user wrote. */
  readonly name: string;
  readonly imageStreamTag: string;
}

/**
 * Who writes.
 * - `Controller`: the account that carries out what tags ask for.
 * - `User`: anybody else. `deliberate`: he names single images (`kubectl set image`, `edit`, `patch`, `rollout undo`)
 *   rather than sending a whole manifest again. `restores`: he brings back what the object was before (`rollout undo`).
 */
export type TriggerWriter =
  | { readonly kind: 'Controller' }
  | {
      readonly kind: 'User';
      readonly name: string;
      readonly deliberate: boolean;
      readonly restores: boolean;
    };

/** The time of a decision, RFC 3339 in UTC; whatever lies between `from` and `until` may be of the same request. */
export interface TriggerClock {
  readonly time: string;
  readonly from: string;
  readonly until: string;
}

/** A create or an update of a workload, and all that its triggers are decided by. */
export interface TriggerWrite {
  readonly sent: TriggerState;
  /** As stored; undefined on create. */
  readonly old: TriggerState | undefined;
  readonly writer: TriggerWriter;
  /** `imagestreams.io/resolved` by container: as stored, which is believed, and as sent, which is believed where it is true. */
  readonly origins: {
    readonly old: ReadonlyMap<string, ImageOrigin>;
    readonly sent: ReadonlyMap<string, ImageOrigin>;
  };
  /** Images by container in the manifest that was applied before this write, where the object tells. */
  readonly applied: ReadonlyMap<string, string>;
  readonly tag: (trigger: Trigger) => TagNow;
  /** Does an image string name the tag that the trigger follows? */
  readonly names: (image: string, trigger: Trigger) => boolean;
  /** Does the container's image stay as it is, whatever tags do, once the object is stored? */
  readonly fixed: (container: TriggerContainer) => boolean;
  readonly clock: TriggerClock;
  /** The workload in a command: `deployments/shop --namespace=app`. */
  readonly target: string;
}
