import { canonicalHost } from './docker-hub.ts';
import { Failure } from './failure.ts';
import type { ImageSource, Repository } from './image-source.ts';
import type { Place } from './place.ts';
import type { MirrorRule } from './settings.ts';

interface Rule extends MirrorRule {
  /** Of the source; with `*.` for all hosts below. */
  readonly host: string;
  /** Empty for all of the host. */
  readonly path: string;
}

const placePattern = /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._/-]*)?$/i;

/** Where images are looked for (image-streams.md §5.6). */
export class Mirrors {
  readonly #rules: readonly Rule[];

  /** Throws a RangeError for a source or mirror that is no place. */
  constructor(rules: readonly MirrorRule[]) {
    this.#rules = rules.map((rule) => ({ ...rule, ...sourceOf(rule) }));
  }

  /** The places for an image, in order. Throws `RegistryNotAllowed` when there is none. */
  places(source: ImageSource, insecure: boolean): readonly Place[] {
    const rules = this.#longest(source);
    const pull = source.digest === '' ? 'Tag' : 'Digest';
    const mirrors = rules
      .filter((rule) => rule.pull === 'All' || rule.pull === pull)
      .flatMap((rule) => mirrored(rule, source));
    const { host, path } = source;
    const places = rules.every((rule) => rule.contactSource)
      ? [...mirrors, { host, path, insecure, mirror: false }]
      : mirrors;
    if (places.length > 0) return places;
    throw new Failure('RegistryNotAllowed', {
      detail: `is asked for nowhere: the mirror rules close its source and have no mirror for a ${pull.toLowerCase()}`,
    });
  }

  /**
   * The places for a list of tags: a mirror need not have all of them, so that only the source is asked, unless the rules close it.
   */
  tagPlaces(source: Repository, insecure: boolean): readonly Place[] {
    const whole = { ...source, written: '', tag: 'latest', digest: '', text: '' };
    const places = this.places(whole, insecure);
    return this.#longest(source).every((rule) => rule.contactSource) ? places.slice(-1) : places;
  }

  /** All rules of the longest source that the repository is of. */
  #longest(source: Repository): readonly Rule[] {
    const fitting = this.#rules.filter((rule) => fits(rule, source));
    const most = Math.max(...fitting.map(weight));
    return fitting.filter((rule) => weight(rule) === most);
  }
}

function fits({ host, path }: Rule, source: Repository): boolean {
  const hostFits = host.startsWith('*.') ? source.host.endsWith(host.slice(1)) : host === source.host;
  return hostFits && (path === '' || source.path === path || source.path.startsWith(`${path}/`));
}

/** A host outweighs every wildcard, and a path every host alone. */
function weight({ host, path }: Rule): number {
  return path.length * 1_000 + host.length + (host.startsWith('*.') ? 0 : 300);
}

function mirrored({ mirrors, path }: Rule, source: Repository): readonly Place[] {
  const rest = path === '' ? source.path : source.path.slice(path.length + 1);
  return mirrors.map(({ location, insecure }) => {
    const { host, path: base } = splitLocation(location);
    return { host, path: [base, rest].filter((part) => part !== '').join('/'), insecure, mirror: true };
  });
}

function sourceOf({ source, mirrors }: MirrorRule): ReturnType<typeof splitLocation> {
  const wildcard = /^\*\.[^/]+$/.test(source);
  for (const place of [wildcard ? source.slice(2) : source, ...mirrors.map(({ location }) => location)]) {
    if (!placePattern.test(place)) {
      throw new RangeError(
        `"${place}" is no place for a mirror rule, such as quay.io, quay.io/team or *.example.com.`,
      );
    }
  }
  return splitLocation(source);
}

function splitLocation(location: string): { readonly host: string; readonly path: string } {
  const [host = '', ...path] = location.split('/');
  return { host: canonicalHost(host), path: path.filter((part) => part !== '').join('/') };
}
