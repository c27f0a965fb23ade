import { isJob, type WorkloadKind } from '../workloads/index.ts';
import { actingTriggers } from './acting.ts';
import { decodeHeld, type HeldEntry } from './held.ts';
import { pullNotAllowed } from './puller.ts';
import type { Trigger, TriggerContainer } from './trigger.ts';
import {
  decodeTriggerStatus,
  encodeTriggerStatus,
  type TriggerStatus,
  type TriggerStatusEntry,
} from './trigger-status.ts';
import type { TriggeredWorkload } from './triggered-workload.ts';
import { type Unchangeable, unchangeable } from './unchangeable.ts';

/**
 * What a trigger's tag gives now. `NotAllowed`: the workload's account may not pull there, whatever is there. `Unknown`: nobody
 * could be asked about that.
 */
export type TagAnswer =
  | { readonly kind: 'Image'; readonly image: string }
  | { readonly kind: 'NoImage' | 'NotAllowed' | 'Unknown' };

export interface PlanInput {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly workload: TriggeredWorkload;
  /** Of the workload, in the order of its annotation; invalid entries have none. */
  readonly triggers: readonly Trigger[];
  readonly answer: (trigger: Trigger) => TagAnswer;
  /** RFC 3339. */
  readonly time: string;
  /** Names of containers over which another writer is being given way. */
  readonly yielding?: ReadonlySet<string>;
}

/** An image to be written. */
export interface PlannedImage {
  readonly container: TriggerContainer;
  /** JSON Pointer to the image string. */
  readonly pointer: string;
  /** As it stands; empty when absent. */
  readonly from: string;
  readonly to: string;
  /** `[NAMESPACE/]STREAM:TAG`. */
  readonly tag: string;
  /** The same image was written before, and somebody put another in its place. */
  readonly again: boolean;
}

/** `MadeAlready`: a Job was made anew for this image once, and has another all the same. */
export type RestReason = 'Paused' | 'Held' | 'Yielding' | 'MadeAlready' | Unchangeable;

/** An image that is not written although the tag gives another. */
export interface RestingImage extends Omit<PlannedImage, 'again'> {
  readonly reason: RestReason;
  /** For `Held`. */
  readonly hold?: HeldEntry;
}

/** A trigger without an image to give. */
export interface FailedTrigger {
  readonly trigger: Trigger;
  readonly kind: 'NoImage' | 'NotAllowed' | 'Unknown';
}

/** What is to be done about a workload; nothing when `write` is false. */
export interface TriggerPlan {
  readonly write: boolean;
  /** The text that `imagestreams.io/trigger-status` gets; undefined to take it away. */
  readonly status: string | undefined;
  readonly images: readonly PlannedImage[];
  /** The images come by deleting the object, a Job, and making it anew; never by a change. */
  readonly recreates: boolean;
  readonly resting: readonly RestingImage[];
  readonly failed: readonly FailedTrigger[];
}

/**
 * The desired images of a workload and its trigger-status, from what is stored now and nothing else. Every trigger counts by itself;
 * of several on one container the last that has an image wins. A new value of `imagestreams.io/fire` lets paused and held ones
 * act this once. Source: triggers.md §1.7, §2.6 to §2.10.
 */
export function planTriggers(input: PlanInput): TriggerPlan {
  const { workload, triggers, answer } = input;
  const answers = new Map(triggers.map((trigger) => [trigger, answer(trigger)] as const));
  const before = decodeTriggerStatus(workload.status);
  const asked = workload.fire !== undefined && workload.fire !== before.fired;
  const held = decodeHeld(workload.held);
  const groups = [...Map.groupBy(triggers, ({ pointer }) => pointer).values()];
  // all of it at once or later
  const isOpen = (trigger: Trigger) => answers.get(trigger)?.kind === 'Unknown';
  const fires = asked && !groups.some((group) => actingTriggers(group, true).some(isOpen));
  const outcomes = groups.map((group) => planContainer(group, { input, answers, before, held, fires }));
  const containers = new Map<string, TriggerStatusEntry>();
  for (const { name, entry } of outcomes) if (entry !== undefined) containers.set(name, entry);
  const status: TriggerStatus = { ...before, containers, ...(fires ? { fired: workload.fire } : {}) };
  const images = outcomes.flatMap(({ image }) => image ?? []);
  const errorsDiffer = outcomes.some(
    ({ name, entry }) => entry?.error !== before.containers.get(name)?.error,
  );
  return {
    write: images.length > 0 || fires || errorsDiffer,
    status: encodeTriggerStatus(status),
    images,
    recreates: images.length > 0 && isJob(input.kind),
    resting: outcomes.flatMap(({ resting }) => resting ?? []),
    failed: outcomes.flatMap(({ failed }) => failed),
  };
}

/** `[NAMESPACE/]STREAM:TAG`, as trigger-status and Events say it. */
export function followedTag({ crossNamespace, namespace, stream, tag }: Trigger): string {
  return `${crossNamespace ? `${namespace}/` : ''}${stream}:${tag}`;
}

interface Context {
  readonly input: PlanInput;
  readonly answers: ReadonlyMap<Trigger, TagAnswer>;
  readonly before: TriggerStatus;
  readonly held: ReadonlyMap<string, HeldEntry>;
  readonly fires: boolean;
}

interface Outcome {
  readonly name: string;
  /** What trigger-status says of the container from now on. */
  readonly entry: TriggerStatusEntry | undefined;
  readonly image?: PlannedImage;
  readonly resting?: RestingImage;
  readonly failed: readonly FailedTrigger[];
}

interface Winner {
  readonly trigger: Trigger;
  readonly image: string;
}

/** @param group all triggers of one container */
function planContainer(group: readonly Trigger[], context: Context): Outcome {
  const { answers, before, fires, input } = context;
  const name = group[0]?.container.name ?? '';
  const entry = before.containers.get(name);
  const acting = actingTriggers(group, fires);
  if (acting.length === 0) {
    const winner = winnerOf(group, answers);
    return { name, entry, failed: [], ...rest(winner, 'Paused') };
  }
  const failed = acting.flatMap((trigger) => failureOf(trigger, answers));
  const winner = winnerOf(acting, answers);
  if (winner === undefined) return { name, entry: failedEntry(failed, entry, input), failed };
  const reason = restReason(winner, entry, context);
  if (reason !== undefined) {
    const hold = reason === 'Held' ? context.held.get(name) : undefined;
    return { name, entry, failed, ...rest(winner, reason, hold) };
  }
  return { name, failed, ...act(winner, entry, input.time) };
}

function winnerOf(
  triggers: readonly Trigger[],
  answers: ReadonlyMap<Trigger, TagAnswer>,
): Winner | undefined {
  for (const trigger of triggers.toReversed()) {
    const answer = answers.get(trigger);
    if (answer?.kind === 'Image') return { trigger, image: answer.image };
  }
  return undefined;
}

function failureOf(trigger: Trigger, answers: ReadonlyMap<Trigger, TagAnswer>): readonly FailedTrigger[] {
  const kind = answers.get(trigger)?.kind ?? 'Unknown';
  return kind === 'Image' ? [] : [{ trigger, kind }];
}

function restReason(
  winner: Winner,
  before: TriggerStatusEntry | undefined,
  { input, held, fires }: Context,
): RestReason | undefined {
  const { container } = winner.trigger;
  const fixed = unchangeable(input.kind, input.workload, container);
  if (fixed !== undefined) return fixed;
  if (held.has(container.name) && !fires) return 'Held';
  if (input.yielding?.has(container.name) === true) return 'Yielding';
  // whatever took the image away once would do so for ever
  return isJob(input.kind) && !fires && isTold(winner, before) ? 'MadeAlready' : undefined;
}

/** Says trigger-status that the container was given this image? */
function isTold({ trigger, image }: Winner, before: TriggerStatusEntry | undefined): boolean {
  return before?.tag === followedTag(trigger) && before.image === image && before.error === undefined;
}

function rest(
  winner: Winner | undefined,
  reason: RestReason,
  hold?: HeldEntry,
): { readonly resting?: RestingImage } {
  if (winner === undefined || winner.image === winner.trigger.image) return {};
  return { resting: { ...placeOf(winner), reason, ...(hold === undefined ? {} : { hold }) } };
}

function act(
  winner: Winner,
  before: TriggerStatusEntry | undefined,
  time: string,
): { readonly entry: TriggerStatusEntry | undefined; readonly image?: PlannedImage } {
  const place = placeOf(winner);
  const { from, to, tag } = place;
  const told = isTold(winner, before);
  if (from === to) return { entry: told ? before : { tag, image: to, at: time } };
  // a blank is no image that anybody wants: it asks for the tag's
  const again = told && from.trim() !== '';
  return { entry: { tag, image: to, at: time }, image: { ...place, again } };
}

function placeOf({ trigger, image }: Winner): Omit<PlannedImage, 'again'> {
  const { container, pointer, image: from } = trigger;
  return { container, pointer, from, to: image, tag: followedTag(trigger) };
}

/** A refusal is recorded, as only the controller can tell; that a tag has no image anybody sees at the stream. */
function failedEntry(
  failed: readonly FailedTrigger[],
  before: TriggerStatusEntry | undefined,
  { namespace, workload, time }: PlanInput,
): TriggerStatusEntry | undefined {
  if (failed.some(({ kind }) => kind === 'Unknown')) return before;
  const refused = failed.findLast(({ kind }) => kind === 'NotAllowed');
  if (refused === undefined) return before?.error === undefined ? before : undefined;
  const { serviceAccount } = workload;
  const tag = followedTag(refused.trigger);
  const error = pullNotAllowed(refused.trigger, { namespace, serviceAccount }).message;
  if (before?.tag === tag && before.error === error) return before;
  // no image, so that nobody takes an old one for the tag's
  return { tag, image: '', at: time, error };
}
