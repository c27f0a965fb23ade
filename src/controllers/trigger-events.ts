import { listing } from '../suggestion/index.ts';
import type { PlannedImage, RestingImage, TriggerPlan } from '../triggers/index.ts';
import { fireAnnotation, heldAnnotation, onChangeAnnotation, releaseAnnotation } from '../triggers/index.ts';
import type { StoredRecord } from './job-record.ts';

/** What an Event on a workload says. */
export interface TriggerEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason:
    | 'ImageUpdated'
    | 'JobRecreated'
    | 'TriggerFailed'
    | 'TriggerHeld'
    | 'TriggerSkipped'
    | 'TriggerConflict';
  readonly action: 'Triggering';
  readonly note: string;
}

/** What was written, one Event for each container. */
export function updateEvents({ images }: TriggerPlan): readonly TriggerEvent[] {
  return images.map(({ container, tag, from, to }) => {
    const before = from.trim() === '' ? '' : `, before that ${from}`;
    return normal('ImageUpdated', `container "${container.name}" has ${to} from "${tag}" now${before}`);
  });
}

/** On the new Job. */
export function jobRecreatedEvent({ uid, images }: Pick<StoredRecord, 'uid' | 'images'>): TriggerEvent {
  const changes = images.map(({ container, from, to, tag }) => {
    return `container "${container}" has ${to} from "${tag}" now, before that ${from}`;
  });
  return normal('JobRecreated', `made anew in place of the Job with uid ${uid}: ${changes.join('; ')}`);
}

/** @param finalizers of the Job that is deleted to be made anew */
export function jobWaitsSentence(finalizers: readonly string[]): string {
  const others = finalizers.filter((each) => each !== 'foregroundDeletion');
  const what =
    others.length === 0 ? 'its pods to end' : `its pods to end, and for finalizers ${listing(others)}`;
  return `the Job is being deleted, and will be made anew with another image when it is gone: it waits for ${what}`;
}

/** A Job that asks to be made anew where nobody has checked who may ask for that. */
export function unreviewedEvent({ images }: TriggerPlan): TriggerEvent {
  const [image] = images;
  const note = `the Job stays as it is, though "${image?.tag}" points to ${image?.to}: admission does not look at this namespace, so nobody checked whether who wrote ${onChangeAnnotation} may delete and create Jobs`;
  return normal('TriggerSkipped', note);
}

/** What a moved tag did not change. */
export function restingEvents({ resting }: TriggerPlan): readonly TriggerEvent[] {
  return resting.flatMap((image) => {
    const note = restingNote(image);
    if (note === undefined) return [];
    return [normal(image.reason === 'Held' ? 'TriggerHeld' : 'TriggerSkipped', note)];
  });
}

/** Undefined for what was told before. */
export function restingNote(image: RestingImage): string | undefined {
  const why = restingSentence(image);
  const { container, from, tag, to } = image;
  return why && `container "${container.name}" stays at ${from}, though "${tag}" points to ${to}: ${why}`;
}

/** A trigger without an image to give, which may come right by itself. */
export function noImageSentence(container: string, tag: string): string {
  return `container "${container}" is left as it is: "${tag}" has no image yet`;
}

export function skipped(note: string): TriggerEvent {
  return normal('TriggerSkipped', note);
}

export function failed(note: string): TriggerEvent {
  return warning('TriggerFailed', note);
}

/** What the API server did not take. */
export function refusedEvent({ images }: TriggerPlan, message: string): TriggerEvent {
  const what = images.map(({ container, to }) => `${to} in container "${container.name}"`).join(', ');
  return failed(`the API server does not take ${what === '' ? 'the change' : what}: ${message}`);
}

/** @param others the field managers that own the image, the last writer first; @param until RFC 3339 */
export function conflictEvent(
  { container, from, to, tag }: PlannedImage,
  others: readonly string[],
  until: string,
): TriggerEvent {
  const who = others[0] === undefined ? 'another writer' : `field manager "${others[0]}"`;
  return warning(
    'TriggerConflict',
    `container "${container.name}": ${who} puts ${from} back again and again in place of ${to} from "${tag}", so it is left alone until ${until}; remove the image there, or pause the trigger`,
  );
}

function restingSentence({ reason, hold }: RestingImage): string | undefined {
  switch (reason) {
    case 'Paused':
      return `its trigger is paused; a new value of ${fireAnnotation} applies the image once`;
    case 'Held':
      return `it is held${hold === undefined ? '' : ` since ${hold.since}, when ${hold.by} set ${hold.image}`}; removing ${heldAnnotation} or a new value of ${releaseAnnotation} releases it`;
    case 'Immutable':
      return `its template cannot be changed; delete it and make it anew, or let ${onChangeAnnotation} do that for a Job`;
    case 'Started':
      return `the Job has started, or may have; with ${onChangeAnnotation}: recreate-running it would be stopped, and made anew`;
    case 'Finished':
      return `the Job has finished; with ${onChangeAnnotation}: recreate-finished it would be made anew, and run again`;
    case 'Elsewhere':
      return 'the Job names another controller in spec.managedBy, and is left to it';
    case 'MadeAlready':
      return `the Job was made for that image already, and something in the cluster gave it another; a new value of ${fireAnnotation} tries once more`;
    case 'Ends':
      return 'a pod that does not always restart its containers runs each once; delete it and make it anew';
    case 'InitContainer':
      return 'the init containers of a pod have run; delete it and make it anew';
    case 'Yielding':
      // told when it began
      return undefined;
  }
}

function normal(reason: TriggerEvent['reason'], note: string): TriggerEvent {
  return { type: 'Normal', reason, action: 'Triggering', note };
}

function warning(reason: TriggerEvent['reason'], note: string): TriggerEvent {
  return { type: 'Warning', reason, action: 'Triggering', note };
}
