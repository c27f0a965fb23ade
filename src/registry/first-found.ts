import { RegistryError } from './error.ts';
import { Failure } from './failure.ts';
import type { Place } from './place.ts';
import { sentenceOf } from './sentence.ts';

interface Attempt {
  readonly place: Place;
  readonly failure: Failure;
}

/**
 * The first answer that one of the places gives. When none does, the error is the source's, or the last mirror's where the source is not
 * asked, and says where else it was looked for.
 *
 * @param reference the image or repository, as sentences name it
 * @param placesOf may throw a Failure
 * @param signal no place is asked any more once it aborts
 * @throws RegistryError
 */
export async function firstFound<T>(
  reference: string,
  placesOf: () => readonly Place[],
  ask: (place: Place) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const attempts: Attempt[] = [];
  for (const place of placesAllowed(reference, placesOf)) {
    try {
      return await ask(place);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      attempts.push({ place, failure: error });
      if (signal.aborted) break;
    }
  }
  throw errorOf(attempts, reference);
}

function placesAllowed(reference: string, placesOf: () => readonly Place[]): readonly Place[] {
  try {
    return placesOf();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new RegistryError(error.code, sentenceOf(error, { host: '', reference }));
  }
}

function errorOf(attempts: readonly Attempt[], reference: string): RegistryError {
  const last = attempts.at(-1);
  // a mirror that cannot be asked might have had what the others do not have
  const unsure = attempts.findLast(({ failure }) => failure.code !== 'NotFound');
  const decisive = last?.place.mirror === true ? (unsure ?? last) : last;
  if (decisive === undefined) throw new RangeError('no place to ask');
  const { place, failure } = decisive;
  const asked = attempts.map((each) => `${each.place.host} ${each.failure.code}`).join(', ');
  const sentence = sentenceOf(failure, { host: place.host, reference });
  const message = attempts.length === 1 ? sentence : `${sentence} (asked: ${asked})`;
  return new RegistryError(failure.code, message, failure.retryAfterMs);
}
