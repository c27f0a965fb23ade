import type { ContainerCase } from './container-case.ts';
import type { Intent } from './intent.ts';
import { followedTag } from './plan-triggers.ts';
import { quoted } from './quoted.ts';
import type { Ruling, StayReason } from './ruling.ts';
import type { Given } from './tag-now.ts';
import {
  fireAnnotation,
  heldAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
} from './trigger-annotations.ts';
import type { TriggerWrite } from './trigger-write.ts';

/** What a user is told of how triggers took his write. */
export type TriggerNoticeCode =
  | 'ImageHeld'
  | 'TriggerCameBack'
  | 'ImageReplaced'
  | 'ImageStays'
  | 'NoImageGiven'
  | 'TagNotAsked'
  | 'FireIgnored';

export interface TriggerNotice {
  readonly code: TriggerNoticeCode;
  /** One sentence. */
  readonly message: string;
}

/** What is to be told of one container; undefined when it went as the user will have expected. */
export function noticeOf(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
  deliberate: boolean,
): TriggerNotice | undefined {
  const about = `container ${quoted(each.name)}, image ${quoted(each.image)}:`;
  switch (ruling.kind) {
    case 'Written':
      return undefined;
    case 'Left':
      return ruling.reason === undefined || write.old === undefined
        ? undefined
        : stay(about, each, ruling.reason, each.image, write);
    case 'Given':
      return ruling.replaces ? replaced(about, ruling.given, ruling.image) : undefined;
    case 'Held':
      return held(about, each, ruling.reason, write);
    case 'Stays': {
      const isExpected = !ruling.onPurpose && !deliberate;
      if (isExpected && (ruling.reason === 'Paused' || ruling.reason === 'Held')) return undefined;
      return stay(about, each, ruling.reason, each.live ?? '', write);
    }
  }
}

/** What is to be told of a whole write. */
export function noticeOfIntent({ spoiledBy }: Intent): TriggerNotice | undefined {
  return spoiledBy === undefined
    ? undefined
    : {
        code: 'FireIgnored',
        message: `a new value of ${fireAnnotation} or ${releaseAnnotation} counts for nothing in a write that sets the image of container ${quoted(spoiledBy.name)}; give another in a write of its own`,
      };
}

function held(
  about: string,
  { triggers }: ContainerCase,
  reason: 'Set' | 'Restored',
  { target }: TriggerWrite,
): TriggerNotice {
  const tags = tagsOf(triggers.filter(({ paused }) => !paused).map(followedTag));
  const release = `release it with: kubectl annotate ${target} ${heldAnnotation}-`;
  return reason === 'Set'
    ? {
        code: 'ImageHeld',
        message: `${about} set on purpose, so the trigger on ${tags} is held and no longer changes it; ${release}`,
      }
    : {
        code: 'TriggerCameBack',
        message: `${about} its trigger on ${tags} came back with an earlier state of the object, so it is held; ${release}`,
      };
}

function replaced(about: string, { trigger }: Given, image: string): TriggerNotice {
  return {
    code: 'ImageReplaced',
    message: `${about} replaced by ${quoted(image)} of ${quoted(followedTag(trigger))}, as ${onExplicitImageAnnotation} is "follow"; pause the trigger to set an image`,
  };
}

function stay(
  about: string,
  { triggers, given, givenOnFire }: ContainerCase,
  reason: StayReason,
  image: string,
  { target }: TriggerWrite,
): TriggerNotice {
  const tag = tagsOf(triggers.map(followedTag));
  const stays = `the image stays ${quoted(image)}`;
  switch (reason) {
    case 'Paused':
      return {
        code: 'ImageStays',
        message: `${about} ${stays}, as the trigger on ${tag} is paused; resume it, or apply the tag's image once with a new value of ${fireAnnotation}`,
      };
    case 'Held':
      return {
        code: 'ImageStays',
        message: `${about} ${stays}, as the trigger on ${tag} is held; release it with: kubectl annotate ${target} ${heldAnnotation}-`,
      };
    case 'NoImage': {
      const why = (given ?? givenOnFire)?.why;
      return {
        code: 'NoImageGiven',
        message: `${about} ${tag} gives no image${why === undefined ? '' : `, as ${why}`}, so ${stays}`,
      };
    }
    case 'NotAsked':
      return {
        code: 'TagNotAsked',
        message: `${about} the API server could not be asked what ${tag} gives, so ${stays} until the controller looks`,
      };
  }
}

function tagsOf(tags: readonly string[]): string {
  return [...new Set(tags)].map(quoted).join(' and ');
}
