import { type ContainerCase, isExact } from './container-case.ts';
import type { HeldEntry } from './held.ts';
import type { TriggerStatusEntry } from './trigger-status.ts';
import type { TriggerClock, TriggerWrite } from './trigger-write.ts';

/** What a write asks for beside images. */
export interface Intent {
  /** It brings back what the object was before; its annotations are old ones, and ask for nothing. */
  readonly restores: boolean;
  /** A new value of `imagestreams.io/fire`. */
  readonly fires: boolean;
  /** A new value of `imagestreams.io/release`. */
  readonly releases: boolean;
  /** A new value of either counts for nothing, as this image is set in the same write. */
  readonly spoiledBy: ContainerCase | undefined;
}

/**
 * Does the write bring back what the object was before? So it says, or it brings a status that was stored earlier: the
 * Deployment controller copies annotations to ReplicaSets, and `kubectl rollout undo` copies them back.
 */
export function restoresState({ sent, old, writer, clock }: TriggerWrite): boolean {
  if (old === undefined || writer.kind === 'Controller') return false;
  if (writer.restores) return true;
  if (sent.statusText === undefined || sent.statusText === old.statusText) return false;
  return (
    isToldRestored(sent.status.restored, old.status.restored, clock) ||
    [...sent.status.containers].some(
      ([name, entry]) => !sameEntry(entry, old.status.containers.get(name)) && !isFresh(entry.at, clock),
    ) ||
    isOlder(sent.status.fired, old.status.fired, sent.fire) ||
    isOlder(sent.status.released, old.status.released, sent.release)
  );
}

export function intentOf(write: TriggerWrite, cases: readonly ContainerCase[], restores: boolean): Intent {
  const { sent, old, writer } = write;
  const none = { restores, fires: false, releases: false, spoiledBy: undefined };
  if (old === undefined || writer.kind === 'Controller' || restores) return none;
  const fire = isNew(sent.fire, old.fire, old.status.fired);
  const release = isNew(sent.release, old.release, old.status.released);
  if (!fire && !release) return none;
  const spoiledBy = cases.find(
    (each) => isSetOnPurpose(each) || holdOfThisRequest(each, write) !== undefined,
  );
  return spoiledBy === undefined
    ? { restores, fires: fire, releases: release, spoiledBy }
    : { ...none, spoiledBy };
}

/**
 * Is a container let go that was held: by a new value of `imagestreams.io/release`, or by removing the annotation or the
 * container's part of it? A write that drops all annotations of ours, as `kubectl replace` does, or brings back old ones, does
 * not mean it.
 */
export function isReleased(
  { name, hold }: ContainerCase,
  { sent, old, writer }: TriggerWrite,
  { releases, restores }: Intent,
): boolean {
  if (hold === undefined || writer.kind === 'Controller') return false;
  // where an earlier call for this request decided on it, what came of it
  if (releases) return !isAnswered(sent.release, sent.status.released) || !sent.held.has(name);
  const meansIt = sent.statusText !== undefined || old?.statusText === undefined;
  return !restores && meansIt && !sent.held.has(name);
}

/**
 * A hold that an earlier call for this same request decided on: the API server calls a webhook again after others changed
 * the object.
 */
export function holdOfThisRequest(
  { name, image, hold: stored, paused, textOnHold }: ContainerCase,
  { sent, writer, clock }: TriggerWrite,
): HeldEntry | undefined {
  const hold = sent.held.get(name);
  if (hold?.image !== image || writer.kind !== 'User' || hold.by !== writer.name) return undefined;
  // one that `rollout undo` brings along speaks of the manifest of its day; a name may have been resolved since the earlier call
  if (hold.name !== textOnHold && !(textOnHold === image && isExact(image))) return undefined;
  const isNew = stored === undefined ? !paused : !sameHold(stored, hold);
  return isNew && isFresh(hold.since, clock) ? hold : undefined;
}

/** May it have been written by the request that is decided now? */
export function isFresh(time: string, { from, until }: TriggerClock): boolean {
  return from <= time && time <= until;
}

export function sameEntry(one: TriggerStatusEntry, other: TriggerStatusEntry | undefined): boolean {
  return (
    one.tag === other?.tag && one.image === other.image && one.at === other.at && one.error === other.error
  );
}

/**
 * Is a container's image the tag's once, because of a new value of `imagestreams.io/fire`? Where an earlier call for this request
 * decided on it, the image tells what came of it.
 */
export function isFired(
  { fixed, changed, placeholder, image, givenOnFire }: ContainerCase,
  { sent }: TriggerWrite,
  { fires }: Intent,
): boolean {
  if (!fires || fixed) return false;
  const isGiven = image === givenOnFire?.image;
  return isAnswered(sent.fire, sent.status.fired) ? changed && isGiven : !changed || placeholder || isGiven;
}

/** Set to an image of its own, neither what stands for the tag nor what the tag gives. */
function isSetOnPurpose({ changed, placeholder, image, givenOnFire }: ContainerCase): boolean {
  return changed && !placeholder && image !== givenOnFire?.image;
}

/** An earlier call for this request saw it, in a status that it put the true one in the place of. */
export function isToldRestored(
  told: string | undefined,
  before: string | undefined,
  clock: TriggerClock,
): told is string {
  return told !== undefined && told !== before && isFresh(told, clock);
}

function isNew(value: string | undefined, before: string | undefined, answered: string | undefined): boolean {
  return value !== undefined && value !== before && value !== answered;
}

function isOlder(sent: string | undefined, stored: string | undefined, asked: string | undefined): boolean {
  return sent !== undefined && sent !== stored && sent !== asked;
}

function sameHold(one: HeldEntry, other: HeldEntry): boolean {
  return one.since === other.since && one.image === other.image && one.by === other.by;
}

/** Of a new value: an earlier call for this request has seen it. */
function isAnswered(value: string | undefined, answered: string | undefined): boolean {
  return value !== undefined && value === answered;
}
