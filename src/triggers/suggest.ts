import { closest } from '../suggestion/index.ts';
import { shown } from './quoted.ts';

/** The candidate that was probably meant, fit for a message. */
export type Suggest = (seen: string, candidates: Iterable<string>) => string | undefined;

/** Comparing names is the dearest part of a diagnosis, and nobody reads more suggestions than this. */
const mostSuggestions = 8;

/** A {@link Suggest} for one diagnosis, which falls silent after its share of look-ups. */
export function suggester(): Suggest {
  let asked = 0;
  return (seen, candidates) => {
    if (++asked > mostSuggestions) return undefined;
    const found = closest(seen, candidates);
    return found === undefined ? undefined : shown(found);
  };
}
