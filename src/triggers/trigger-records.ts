import { type ContainerCase, isExact } from './container-case.ts';
import type { HeldEntry } from './held.ts';
import { type Intent, isFresh, isReleased } from './intent.ts';
import { followedTag } from './plan-triggers.ts';
import type { Ruling } from './ruling.ts';
import type { TriggerStatus, TriggerStatusEntry } from './trigger-status.ts';
import type { ImageOrigin, TriggerWrite } from './trigger-write.ts';

/** The image that a container has after a ruling; of one that is left or held, before its name is resolved. */
export function imageAfter({ image, live }: ContainerCase, ruling: Ruling): string {
  switch (ruling.kind) {
    case 'Left':
    case 'Held':
      return image;
    case 'Stays':
      return live ?? image;
    case 'Given':
      return ruling.image;
    case 'Written':
      return ruling.entry.image;
  }
}

/** What `imagestreams.io/held` says of a container after a ruling. */
export function holdAfter(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
  intent: Intent,
  deliberate: boolean,
): HeldEntry | undefined {
  if (ruling.kind !== 'Held') return isReleased(each, write, intent) ? undefined : each.hold;
  if (ruling.known !== undefined) return ruling.known;
  const by = write.writer.kind === 'User' ? write.writer.name : '';
  // a manifest that says something else is what will be applied again
  const name = ruling.reason === 'Restored' || deliberate ? each.text : each.image;
  return {
    image: each.image,
    since: write.clock.time,
    reason: 'SetExplicitly',
    by,
    ...(name === undefined ? {} : { name }),
  };
}

/** What `imagestreams.io/trigger-status` says of a container after a ruling. */
export function statusAfter(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
): TriggerStatusEntry | undefined {
  const stored = write.old?.status.containers.get(each.name);
  if (ruling.kind === 'Written') return ruling.entry;
  if (ruling.kind === 'Given') {
    const tag = followedTag(ruling.given.trigger);
    const isTold = stored?.tag === tag && stored.image === ruling.image && stored.error === undefined;
    return isTold && each.live === ruling.image ? stored : entry(each, tag, ruling.image, write);
  }
  if (write.writer.kind === 'Controller') return toldByController(each, write);
  const tags = each.triggers.map(followedTag);
  if (stored !== undefined && tags.includes(stored.tag)) return stored;
  // told from the first, so that an earlier state of the object can be told from this one
  const isNew = write.old === undefined || each.retriggered || ruling.kind === 'Held';
  return isNew ? entry(each, tags.at(-1) ?? '', '', write) : undefined;
}

/** What a container's part of `imagestreams.io/resolved` must be; undefined where it is decided as without triggers. */
export function originAfter(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
  deliberate: boolean,
): ImageOrigin | undefined {
  const { name: container } = each;
  if (ruling.kind === 'Stays') return write.origins.old.get(container);
  if (ruling.kind === 'Written') return origin(each.text, ruling.entry.tag);
  if (ruling.kind !== 'Given') return undefined;
  const imageStreamTag = followedTag(ruling.given.trigger);
  const claim = write.origins.sent.get(container);
  // an earlier call for this request put the image there, and tells what it took the place of
  const isClaimed = each.image === ruling.image && claim?.imageStreamTag === imageStreamTag;
  if (isClaimed && each.changed) return claim;
  if (write.old === undefined) return origin(each.image, imageStreamTag);
  if (!each.changed || (deliberate && each.text !== undefined)) return origin(each.text, imageStreamTag);
  return origin(isExact(each.image) && !each.placeholder ? each.text : each.image, imageStreamTag);
}

/** `imagestreams.io/trigger-status` of the whole object, given what it says of its containers. */
export function statusOf(
  containers: ReadonlyMap<string, TriggerStatusEntry>,
  { sent, old, writer }: TriggerWrite,
  unasked: boolean,
): TriggerStatus {
  const fired = answered(sent.fire, old?.fire, old?.status.fired, old === undefined);
  const released = answered(sent.release, old?.release, old?.status.released, old === undefined);
  const isController = writer.kind === 'Controller';
  const firesItself = isController && sent.fire !== undefined && sent.status.fired === sent.fire;
  // what could not be fired for want of an answer is left to the controller
  const isOpen = (isController && !firesItself) || unasked;
  const value = firesItself ? sent.fire : isOpen ? old?.status.fired : fired;
  return {
    containers,
    ...(value === undefined ? {} : { fired: value }),
    ...(released === undefined ? {} : { released }),
  };
}

/** The value that counts as answered from now on: the one asked for, however it was answered, or the last one. */
function answered(
  sent: string | undefined,
  before: string | undefined,
  stored: string | undefined,
  isCreate: boolean,
): string | undefined {
  return isCreate || sent !== before ? (sent ?? stored) : stored;
}

function origin(name: string | undefined, imageStreamTag: string): ImageOrigin | undefined {
  return name === undefined ? undefined : { name, imageStreamTag };
}

function entry(each: ContainerCase, tag: string, image: string, { sent, clock }: TriggerWrite) {
  const known = sent.status.containers.get(each.name);
  const isKnown = known?.tag === tag && known.image === image && isFresh(known.at, clock);
  return { tag, image, at: isKnown ? known.at : clock.time };
}

/** The controller also tells why it can do nothing, and that this is over; an image that was not set is not told. */
function toldByController(
  { name, image }: ContainerCase,
  { sent, old }: TriggerWrite,
): TriggerStatusEntry | undefined {
  const told = sent.status.containers.get(name);
  const isTrue = told === undefined || told.image === '' || told.image === image;
  return isTrue ? told : old?.status.containers.get(name);
}
