import { AuthorizedSend } from './authorized-send.ts';
import { Connections } from './connections.ts';
import type { PullCredentials } from './credential.ts';
import { canonicalHost, networkHost } from './docker-hub.ts';
import { Exchange } from './exchange.ts';
import { Failure } from './failure.ts';
import { firstFound } from './first-found.ts';
import { HostGate } from './host-gate.ts';
import { ImageFinder } from './image-finder.ts';
import { imageSource, repositorySource } from './image-source.ts';
import { Mirrors } from './mirrors.ts';
import { politeSend } from './polite-exchange.ts';
import type { FoundImage, ImageQuery, TagsQuery } from './query.ts';
import { followRedirects } from './redirects.ts';
import { RegistryApi } from './registry-api.ts';
import { Schemes } from './schemes.ts';
import type { RegistrySettings } from './settings.ts';
import { listTags } from './tag-list.ts';
import { Tokens } from './tokens.ts';
import { HostTurns } from './turns.ts';
import { within } from './within.ts';

/**
 * Asks registries what tags point to. Every failure is a RegistryError, but for the caller's own: when `signal` aborts, calls
 * reject with its reason.
 */
export class RegistryClient {
  readonly #settings: RegistrySettings;
  readonly #connections: Connections;
  readonly #gate: HostGate;
  readonly #mirrors: Mirrors;
  readonly #api: RegistryApi;
  readonly #finder: ImageFinder;
  readonly #lifetime = new AbortController();

  /** Throws a RangeError for a setting that cannot be used: a network, a proxy, a CA bundle. */
  constructor(settings: RegistrySettings) {
    const { clock, limits, mirrors, ratePerHost, rateTotal } = settings;
    this.#settings = settings;
    this.#connections = new Connections(settings);
    this.#gate = new HostGate(clock);
    this.#mirrors = new Mirrors(mirrors);
    const exchange = new Exchange(settings, this.#connections);
    const turns = new HostTurns(clock, ratePerHost, rateTotal);
    const send = followRedirects(politeSend(exchange, this.#gate, turns));
    const tokens = new Tokens(send, clock, this.#lifetime.signal);
    this.#api = new RegistryApi(new AuthorizedSend(send, tokens), new Schemes(clock), clock);
    this.#finder = new ImageFinder(this.#api, clock, limits);
  }

  /** What a pull spec points to now. */
  async find(query: ImageQuery, credentials: PullCredentials, signal?: AbortSignal): Promise<FoundImage> {
    const source = imageSource(query.pullSpec);
    const reference = source.digest || source.tag;
    const places = () => this.#mirrors.places(source, query.insecure);
    const { clock, timeouts } = this.#settings;
    const image = await within(clock, timeouts.findMs, 'did not give all its answers', signal, (inTime) =>
      firstFound(
        source.text,
        places,
        (place) => {
          const asker = { place, credentials: credentials.for(place.host, place.path), signal: inTime };
          return this.#finder.find(asker, reference, query);
        },
        inTime,
      ),
    );
    return { image, reference: `${source.written}@${image}` };
  }

  /**
   * Whose access a question would use: equal strings have equal credentials at the source and at each of its mirrors. With equal
   * pull specs, `insecure`, mode and platform they may share an answer. Empty when there are no credentials, and for what is no pull spec.
   */
  identity(query: ImageQuery, credentials: PullCredentials): string {
    try {
      const source = imageSource(query.pullSpec);
      const places = this.#mirrors.places(source, query.insecure);
      const identities = places.map(({ host, path }) => credentials.identity(host, path));
      return identities.every((identity) => identity === '') ? '' : identities.join(' ');
    } catch {
      // asking says what is wrong
      return '';
    }
  }

  /** The tags of a repository, in the registry's order. */
  async tags(
    repository: string,
    query: TagsQuery,
    credentials: PullCredentials,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const source = repositorySource(repository);
    const places = () => this.#mirrors.tagPlaces(source, query.insecure);
    const { clock, limits, timeouts } = this.#settings;
    return await within(clock, timeouts.listMs, 'did not send its list of tags', signal, (inTime) =>
      firstFound(
        `${source.host}/${source.path}`,
        places,
        (place) => {
          const asker = { place, credentials: credentials.for(place.host, place.path), signal: inTime };
          return listTags(this.#api, asker, query.most, limits);
        },
        inTime,
      ),
    );
  }

  /** Until when requests to a host (`docker.io`, `quay.io:443`) fail at once because it asked to wait; milliseconds since the epoch. */
  blockedUntil(host: string): number | undefined {
    const url = `https://${networkHost(canonicalHost(host))}`;
    return URL.canParse(url) ? this.#gate.blockedUntil(new URL(url).host) : undefined;
  }

  /** Closes all connections; questions under way fail. */
  async close(): Promise<void> {
    this.#lifetime.abort(new Failure('Unreachable', { detail: 'closed' }));
    await this.#connections.close();
  }
}
