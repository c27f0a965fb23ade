import type { ContainerCase } from './container-case.ts';
import { type Intent, isFired, isReleased } from './intent.ts';
import type { Ruling } from './ruling.ts';
import type { TriggerWrite } from './trigger-write.ts';

/**
 * What a write came to for one container with triggers, in a word for whoever counts.
 * - `Left`: as it was sent; the triggers had no part in it.
 * - `Followed`: the tag's image. `Replaced`: the same, in place of one that was set on purpose.
 * - `Held`: set on purpose, and held. `CameBack`: the trigger came back with an earlier state, and is held.
 * - `Kept`: what runs stays, as the trigger is paused or held, or its tag gives nothing.
 * - `Released`: a hold is over, whatever image that brings. `Fired`: the tag's image for once.
 * - `Written`: what the controller asked for.
 */
export type TriggerDecision =
  | 'Left'
  | 'Followed'
  | 'Replaced'
  | 'Held'
  | 'CameBack'
  | 'Kept'
  | 'Released'
  | 'Fired'
  | 'Written';

export function decisionOf(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
  intent: Intent,
): TriggerDecision {
  switch (ruling.kind) {
    case 'Written':
      return 'Written';
    case 'Held':
      return ruling.reason === 'Set' ? 'Held' : 'CameBack';
    case 'Given':
      if (isFired(each, write, intent)) return 'Fired';
      if (isReleased(each, write, intent)) return 'Released';
      return ruling.replaces ? 'Replaced' : 'Followed';
    case 'Stays':
    case 'Left': {
      if (isReleased(each, write, intent)) return 'Released';
      return ruling.reason === undefined ? 'Left' : 'Kept';
    }
  }
}
