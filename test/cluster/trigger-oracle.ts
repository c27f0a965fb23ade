/**
 * What the table of docs/triggers.md allows to come of a write: written from that page, with nothing of the product in it, so that
 * the two can be held against each other.
 */

/** What an entry of the annotation makes the container follow. */
export interface Followed {
  readonly tag: string;
  readonly paused: boolean;
}

/** A workload with one container. */
export interface Subject {
  readonly image: string;
  readonly held: boolean;
  readonly follows: Followed | undefined;
}

/** A write that a person or a tool makes. */
export interface Write {
  /** What is sent; undefined for the image that is there. */
  readonly image: string | undefined;
  /** What the image means; `Either` where the page leaves it open. */
  readonly means: 'Placeholder' | 'Purpose' | 'Either';
  readonly follows: Followed | undefined;
}

/** Images of tags. */
export interface TagImages {
  /** What a tag may have while it moves: the last one and those since all was quiet. */
  now(tag: string): readonly string[];
  /** What a replica may remember of it that has heard nothing for a while. */
  remembered(tag: string): readonly string[];
}

/** The line of the table that fits, for a write to a stored workload. */
export function written(write: Write, before: Subject, images: TagImages): readonly Subject[] {
  return widened(before, images, (was) => line(write, was, images));
}

function line({ image, means, follows }: Write, was: Subject, images: TagImages): readonly Subject[] {
  const sent = image ?? was.image;
  if (follows === undefined) return [{ image: sent, held: false, follows }];
  const held = was.held && was.follows !== undefined;
  const rests = held || follows.paused;
  const stays = { image: was.image, held, follows };
  if (sent === was.image)
    return rests || same(follows, was.follows) ? [stays] : followed(follows, was, images);
  const asPlaceholder = rests ? [stays] : followed(follows, was, images);
  const onPurpose = purpose(sent, follows, held, images);
  switch (means) {
    case 'Placeholder':
      return asPlaceholder;
    case 'Purpose':
      return onPurpose;
    case 'Either':
      return [...asPlaceholder, ...onPurpose];
  }
}

/** As set, and held; what the tag gives anyway is no image of one's own. */
function purpose(image: string, follows: Followed, held: boolean, images: TagImages): readonly Subject[] {
  if (held) return [{ image, held, follows }];
  if (follows.paused) return [{ image, held: false, follows }];
  const isGiven = images.now(follows.tag).includes(image);
  return [{ image, held: true, follows }, ...(isGiven ? [{ image, held: false, follows }] : [])];
}

/** The name of a tag that is not followed, set by hand: the image that it gives, even where that is the one that runs. */
export function named(tag: string, before: Subject, images: TagImages): readonly Subject[] {
  return widened(before, images, (was) =>
    images.now(tag).flatMap((image) => {
      const { follows, held } = was;
      if (follows === undefined) return [{ image, held: false, follows }];
      return purpose(image, follows, held, images);
    }),
  );
}

/** `kubectl rollout undo` to a revision with that image, made while that was followed. */
export function undone(
  { image, follows }: Pick<Subject, 'image' | 'follows'>,
  before: Subject,
  images: TagImages,
): readonly Subject[] {
  return widened(before, images, (was) => {
    if (image === was.image)
      return [was, { image, follows, held: was.held }, ...back(image, follows, was, images)];
    return back(image, follows, was, images);
  });
}

/** A trigger that comes back with an earlier state is held. */
function back(
  image: string,
  follows: Followed | undefined,
  was: Subject,
  images: TagImages,
): readonly Subject[] {
  if (follows === undefined) return [{ image, held: false, follows }];
  return purpose(image, follows, was.held && was.follows !== undefined, images);
}

export function created({ image, follows }: Write, images: TagImages): readonly Subject[] {
  if (follows === undefined || follows.paused) return [{ image: image ?? '', held: false, follows }];
  return images.remembered(follows.tag).map((each) => ({ image: each, held: false, follows }));
}

export function fired(before: Subject, images: TagImages): readonly Subject[] {
  return widened(before, images, (was) => {
    const { follows } = was;
    return follows === undefined ? [was] : images.now(follows.tag).map((image) => ({ ...was, image }));
  });
}

export function released(before: Subject, images: TagImages): readonly Subject[] {
  return widened(before, images, (was) => {
    const { follows } = was;
    if (!was.held || follows === undefined) return [was];
    return follows.paused ? [{ ...was, held: false }] : followed(follows, was, images);
  });
}

export function untouched(before: Subject, images: TagImages): readonly Subject[] {
  return widened(before, images, (was) => [was]);
}

/** It follows, and nothing keeps it from that. */
export function isFollowing({ held, follows }: Subject): boolean {
  return follows !== undefined && !follows.paused && !held;
}

/** The tag's image; a replica that remembers the one that runs as the tag's leaves it, and the controller mends that. */
function followed(follows: Followed, was: Subject, images: TagImages): readonly Subject[] {
  const { now, remembered } = images;
  const stays = remembered(follows.tag).includes(was.image) ? [was.image] : [];
  return [...now(follows.tag), ...stays].map((image) => ({ image, held: false, follows }));
}

/** Before the write and after it the controller may have given the tag's image, whichever it saw. */
function widened(
  before: Subject,
  images: TagImages,
  step: (was: Subject) => readonly Subject[],
): readonly Subject[] {
  const whileMoving = (subject: Subject) =>
    isFollowing(subject) ? [subject, ...followed(subject.follows!, subject, images)] : [subject];
  return whileMoving(before).flatMap(step).flatMap(whileMoving);
}

function same(one: Followed | undefined, other: Followed | undefined): boolean {
  return one?.tag === other?.tag && one?.paused === other?.paused;
}
