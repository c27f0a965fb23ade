import { type ContainerCase, containerCases } from './container-case.ts';
import type { HeldEntry } from './held.ts';
import { type Intent, intentOf, isFired, restoresState } from './intent.ts';
import { noticeOf, noticeOfIntent, type TriggerNotice } from './notices.ts';
import { type Ruling, rulingForController, rulingForUser } from './ruling.ts';
import type { Trigger } from './trigger.ts';
import { decisionOf, type TriggerDecision } from './trigger-decision.ts';
import { holdAfter, imageAfter, originAfter, statusAfter, statusOf } from './trigger-records.ts';
import { encodeTriggerStatus, type TriggerStatusEntry } from './trigger-status.ts';
import type { ImageOrigin, TriggerWrite } from './trigger-write.ts';

/** What becomes of a write to a workload with triggers. */
export interface TriggerAdmission {
  /** Images to be set by container, where they differ from what was sent. */
  readonly images: ReadonlyMap<string, string>;
  /**
   * Where images came from, for `imagestreams.io/resolved`; undefined for one that came from nowhere that is known. Of containers that
   * are not among them nothing is said here.
   */
  readonly origins: ReadonlyMap<string, ImageOrigin | undefined>;
  /** Before names are resolved: an image that is held by its name gets what the name gives. */
  readonly held: ReadonlyMap<string, HeldEntry>;
  /** Text of the annotation; undefined for none. */
  readonly status: string | undefined;
  readonly notices: readonly TriggerNotice[];
  /** One for each container with triggers. */
  readonly decisions: readonly TriggerDecision[];
  /** Triggers whose streams must be asked for, and the decision be made again, before it counts. */
  readonly ask: readonly Trigger[];
}

interface Decided {
  readonly each: ContainerCase;
  readonly ruling: Ruling;
}

/**
 * Decides over a write, container by container; no other has a part in it. Making the same decision over its own outcome, or over
 * what was stored of it, changes nothing more.
 */
export function admitTriggers(write: TriggerWrite): TriggerAdmission {
  const restores = restoresState(write);
  const deliberate = restores || (write.writer.kind === 'User' && write.writer.deliberate);
  const cases = containerCases(write, deliberate);
  const intent = intentOf(write, cases, restores);
  const decided = cases.map((each): Decided => ({ each, ruling: ruled(each, write, intent) }));
  return {
    images: imagesOf(decided),
    origins: originsOf(decided, write, intent),
    held: holdsOf(decided, write, intent),
    status: statusText(decided, write, intent),
    notices: noticesOf(decided, write, intent, deliberate),
    decisions: decided.map(({ each, ruling }) => decisionOf(each, ruling, write, intent)),
    ask: askedFor(decided, intent),
  };
}

function ruled(each: ContainerCase, write: TriggerWrite, intent: Intent): Ruling {
  return write.writer.kind === 'Controller'
    ? rulingForController(each, write)
    : rulingForUser(each, write, intent);
}

function imagesOf(decided: readonly Decided[]): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const { each, ruling } of decided) {
    const image = imageAfter(each, ruling);
    if (image !== each.image) images.set(each.name, image);
  }
  return images;
}

function originsOf(decided: readonly Decided[], write: TriggerWrite, intent: Intent) {
  const origins = new Map<string, ImageOrigin | undefined>();
  for (const { each, ruling } of decided) {
    const after = originAfter(each, ruling, write, intent);
    if (after !== undefined) origins.set(each.name, after.origin);
  }
  return origins;
}

function holdsOf(decided: readonly Decided[], write: TriggerWrite, intent: Intent) {
  const held = new Map<string, HeldEntry>();
  for (const { each, ruling } of decided) {
    const hold = holdAfter(each, ruling, write, intent);
    if (hold !== undefined) held.set(each.name, hold);
  }
  return held;
}

function statusText(decided: readonly Decided[], write: TriggerWrite, intent: Intent): string | undefined {
  if (decided.length === 0) return undefined;
  const containers = new Map<string, TriggerStatusEntry>();
  for (const { each, ruling } of decided) {
    const entry = statusAfter(each, ruling, write);
    if (entry !== undefined) containers.set(each.name, entry);
  }
  const unasked = decided.some(
    ({ each, ruling }) => isFired(each, write, intent) && 'reason' in ruling && ruling.reason === 'NotAsked',
  );
  const isLeftOpen = unasked || (intent.fires && write.sent.remade);
  return encodeTriggerStatus(statusOf(containers, write, isLeftOpen, intent.restores));
}

function noticesOf(decided: readonly Decided[], write: TriggerWrite, intent: Intent, deliberate: boolean) {
  const whole = noticeOfIntent(intent);
  const notices = decided.flatMap(({ each, ruling }) => noticeOf(each, ruling, write, deliberate) ?? []);
  return whole === undefined ? notices : [...notices, whole];
}

function askedFor(decided: readonly Decided[], { spoiledBy }: Intent): readonly Trigger[] {
  const spoiling = spoiledBy?.givenOnFire?.certain === false ? spoiledBy.triggers : [];
  return [...decided.flatMap(({ each, ruling }) => (ruling.ask ? each.triggers : [])), ...spoiling];
}
