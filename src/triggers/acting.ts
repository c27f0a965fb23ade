import type { Trigger } from './trigger.ts';

/**
 * The triggers of one container that act: those that are not paused. When all of them are paused and it is fired, all do; a paused
 * one beside one that acts would only be in its way.
 */
export function actingTriggers(triggers: readonly Trigger[], fired: boolean): readonly Trigger[] {
  const active = triggers.filter(({ paused }) => !paused);
  return fired && active.length === 0 ? triggers : active;
}
