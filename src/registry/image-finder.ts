import { answerFailure } from './answer-failure.ts';
import { chooseChild } from './choose-child.ts';
import type { Clock } from './clock.ts';
import { asDigest } from './digest.ts';
import { Failure } from './failure.ts';
import { KnownChildren } from './known-children.ts';
import { type Child, type Manifest, readManifest, schema1 } from './manifest.ts';
import { acceptedManifests, bareType, kindOfType, type ManifestKind } from './media-types.ts';
import type { Place } from './place.ts';
import type { ImageQuery } from './query.ts';
import type { Asker, RegistryApi } from './registry-api.ts';
import type { RegistryLimits } from './settings.ts';

/** What a HEAD says of a manifest. */
interface Head {
  readonly digest: string;
  readonly kind: ManifestKind | undefined;
}

/** Registries say so when they do not know the tag, or do not take a HEAD for it: a GET tells which. */
const headRefusals: readonly number[] = [400, 404, 405, 501];

/** Finds the digest that an image has at one place. */
export class ImageFinder {
  readonly #api: RegistryApi;
  readonly #clock: Clock;
  readonly #limits: RegistryLimits;
  readonly #children = new KnownChildren();

  constructor(api: RegistryApi, clock: Clock, limits: RegistryLimits) {
    this.#api = api;
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Asks for the digest, and for the manifest only when that is not the known one (image-streams.md §5.2).
   *
   * @param reference tag or digest
   * @throws Failure
   */
  async find(asker: Asker, reference: string, query: ImageQuery): Promise<string> {
    const head = await this.#head(asker, reference);
    if (head?.kind === 'Schema1') throw new Failure('UnsupportedManifest', { detail: schema1 });
    if (head !== undefined) {
      const unchanged = this.#unchanged(asker, head, query);
      if (unchanged !== undefined) return unchanged;
    }
    const manifest = await this.#manifest(asker, reference, head?.digest);
    if (query.mode === 'PreserveOriginal') return manifest.digest;
    const image = manifest.kind === 'Image' ? manifest.digest : await this.#child(asker, manifest, query, 1);
    this.#children.set(asker.place, manifest.digest, query.platform, image);
    return image;
  }

  #unchanged(
    { place }: Asker,
    { digest, kind }: Head,
    { mode, known, platform }: ImageQuery,
  ): string | undefined {
    if (mode === 'PreserveOriginal' || kind === 'Image') return digest === known ? known : undefined;
    return this.#children.get(place, digest, platform);
  }

  /** Undefined when the registry does not tell the digest without sending the manifest. */
  async #head(asker: Asker, reference: string): Promise<Head | undefined> {
    const answer = await this.#api.ask(asker, {
      method: 'HEAD',
      path: manifestPath(asker.place, reference),
      accept: acceptedManifests,
      mostBytes: 0,
    });
    if (headRefusals.includes(answer.status)) return undefined;
    if (answer.status !== 200) throw answerFailure(answer, this.#clock.now());
    const digest = asDigest(reference) ?? asDigest(answer.header('docker-content-digest'));
    const kind = kindOfType(bareType(answer.header('content-type') ?? ''));
    return digest === undefined ? undefined : { digest, kind };
  }

  /** By digest where it is known, so that what is verified is what is recorded. */
  async #manifest(asker: Asker, reference: string, digest: string | undefined): Promise<Manifest> {
    if (digest !== undefined && digest !== reference) {
      try {
        return await this.#get(asker, digest);
      } catch (error) {
        // the tag may have moved on, and its old manifest be gone
        if (!(error instanceof Failure && error.code === 'NotFound')) throw error;
      }
    }
    return await this.#get(asker, reference);
  }

  async #get(asker: Asker, reference: string): Promise<Manifest> {
    const answer = await this.#api.get(asker, {
      method: 'GET',
      path: manifestPath(asker.place, reference),
      accept: acceptedManifests,
      pull: true,
      mostBytes: this.#limits.manifestBytes,
    });
    return readManifest(answer, asDigest(reference));
  }

  async #child(asker: Asker, index: Manifest, query: ImageQuery, depth: number): Promise<string> {
    const child = chooseChild(index.children, query.platform);
    if (child.kind === 'Schema1') throw new Failure('UnsupportedManifest', { detail: schema1 });
    if (child.kind === 'Image' && (await this.#exists(asker, child))) return child.digest;
    if (depth >= this.#limits.indexDepth) {
      throw new Failure('UnsupportedManifest', {
        detail: `has more than ${depth} indexes within each other`,
      });
    }
    const manifest = await this.#get(asker, child.digest).catch((error: unknown) => {
      throw error instanceof Failure && error.code === 'NotFound' ? missingChild() : error;
    });
    return manifest.kind === 'Image' ? manifest.digest : await this.#child(asker, manifest, query, depth + 1);
  }

  /** The digest is verified already, as part of the index; a HEAD costs no pull. */
  async #exists(asker: Asker, { digest }: Child): Promise<boolean> {
    return (await this.#head(asker, digest)) !== undefined;
  }
}

function manifestPath({ path }: Place, reference: string): string {
  return `/v2/${path}/manifests/${reference}`;
}

function missingChild(): Failure {
  return new Failure('InvalidResponse', { detail: 'it does not have the image that its index lists' });
}
