/**
 * What the triggers last gave: tag, image and time for each container, and which requests to fire and to release were
 * answered. Written by the controller and by admission, never by a client.
 */
export const triggerStatusAnnotation = 'imagestreams.io/trigger-status';

/** Containers whose image somebody set on purpose, so that their trigger rests. Removing it releases them. */
export const heldAnnotation = 'imagestreams.io/held';

/** A new value releases every held container of the workload. */
export const releaseAnnotation = 'imagestreams.io/release';

/** A new value applies the tags' present images once, to paused and held containers as well. */
export const fireAnnotation = 'imagestreams.io/fire';

/** `follow`: an image set on purpose is no reason to hold; the tag's image takes its place. */
export const onExplicitImageAnnotation = 'imagestreams.io/on-explicit-image';

/** What becomes of a Job, whose image cannot change, when the tag it follows moves. */
export const onChangeAnnotation = 'imagestreams.io/on-change';
