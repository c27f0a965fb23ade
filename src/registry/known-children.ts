import { BoundedMap } from './bounded-map.ts';
import type { Place } from './place.ts';
import type { Platform } from './query.ts';

const most = 10_000;

/** Which image of an index was chosen, so that an unchanged tag costs a HEAD and no more. An index never changes: its name is its digest. */
export class KnownChildren {
  readonly #chosen = new BoundedMap<string>(most);

  get(place: Place, index: string, platform: Platform): string | undefined {
    return this.#chosen.get(keyOf(place, index, platform));
  }

  set(place: Place, index: string, platform: Platform, child: string): void {
    this.#chosen.set(keyOf(place, index, platform), child);
  }
}

function keyOf({ host, path }: Place, index: string, { os, architecture }: Platform): string {
  return JSON.stringify([host, path, index, os, architecture]);
}
