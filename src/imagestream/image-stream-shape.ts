import { type Check, fits } from './fits.ts';
import { imageStreamObjectSchema } from './schema.ts';
import type { ImageStream } from './types.ts';

const check: Check = fits(imageStreamObjectSchema);

/**
 * Does the TypeScript type hold for the value? To be asked of objects that the API server has not validated yet, as in the review
 * of a write: there anything may stand in spec and status.
 *
 * Two things are left to others: words of a closed set (`importMode`, `referencePolicy.type`) are taken as text, and
 * `metadata.name` may be missing, as it is of an object with `generateName` that is being created.
 */
export function imageStreamShape(value: unknown): value is ImageStream {
  return check(value);
}
