import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import type { RunningRegistry } from './registry.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** How an index or a manifest refers to content. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ImageWriterSettings {
  /** The value of the `authorization` header for a repository. */
  readonly authorization?: (repository: string) => string;
}

/** Pushes small images over HTTP, without a container engine and fast: a tag costs one request. */
export class ImageWriter {
  readonly #origin: string;
  readonly #authorization: (repository: string) => string | undefined;
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });
  readonly #written = new Set<string>();

  constructor({ origin }: Pick<RunningRegistry, 'origin'>, settings: ImageWriterSettings = {}) {
    this.#origin = origin;
    this.#authorization = settings.authorization ?? (() => undefined);
  }

  /**
   * Pushes an image for one platform; the same `content` gives the same digest.
   *
   * @returns its digest
   */
  async push(repository: string, tag: string, content: string, architecture = 'amd64'): Promise<string> {
    const { digest } = await this.#image(repository, content, architecture, tag);
    return digest;
  }

  /**
   * Pushes an index with an image for each architecture (of Linux).
   *
   * @returns the digest of the index, and that of each image by architecture
   */
  async pushIndex(
    repository: string,
    tag: string,
    content: string,
    architectures: readonly string[],
  ): Promise<{ readonly digest: string; readonly images: Readonly<Record<string, string>> }> {
    const manifests = await Promise.all(
      architectures.map(async (architecture) => ({
        ...(await this.#image(repository, content, architecture)),
        platform: { architecture, os: 'linux' },
      })),
    );
    const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
    const { digest } = await this.#manifest(repository, INDEX, index, tag);
    const images = Object.fromEntries(manifests.map((each) => [each.platform.architecture, each.digest]));
    return { digest, images };
  }

  /** Pushes one image under many tags. */
  async pushTags(repository: string, tags: readonly string[], content: string): Promise<string> {
    const [first = 'latest'] = tags;
    const digest = await this.push(repository, first, content);
    const rest = tags.slice(1);
    const worker = async () => {
      for (let tag = rest.pop(); tag !== undefined; tag = rest.pop()) {
        await this.#image(repository, content, 'amd64', tag);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    return digest;
  }

  /** Takes an image away, with all of its tags. */
  async delete(repository: string, digest: string): Promise<void> {
    await this.#request('DELETE', repository, `/v2/${repository}/manifests/${digest}`);
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #image(repository: string, content: string, architecture: string, tag?: string): Promise<Descriptor> {
    const config = JSON.stringify({
      architecture,
      os: 'linux',
      created: '2026-01-01T00:00:00Z',
      config: { Cmd: [content] },
      rootfs: { type: 'layers', diff_ids: [digestOf(content)] },
    });
    const [configured, layer] = await Promise.all([
      this.#blob(repository, CONFIG, config),
      this.#blob(repository, LAYER, content),
    ]);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: configured,
      layers: [layer],
    });
    return await this.#manifest(repository, MANIFEST, manifest, tag);
  }

  async #manifest(repository: string, mediaType: string, body: string, tag?: string): Promise<Descriptor> {
    const digest = digestOf(body);
    const path = `/v2/${repository}/manifests/${tag ?? digest}`;
    await this.#request('PUT', repository, path, body, mediaType);
    return { mediaType, digest, size: Buffer.byteLength(body) };
  }

  async #blob(repository: string, mediaType: string, content: string): Promise<Descriptor> {
    const digest = digestOf(content);
    const key = `${repository}@${digest}`;
    if (!this.#written.has(key)) {
      const location = await this.#request('POST', repository, `/v2/${repository}/blobs/uploads/`);
      const upload = new URL(location, this.#origin);
      upload.searchParams.set('digest', digest);
      const path = `${upload.pathname}${upload.search}`;
      await this.#request('PUT', repository, path, content, 'application/octet-stream');
      this.#written.add(key);
    }
    return { mediaType, digest, size: Buffer.byteLength(content) };
  }

  /** @returns the answer's `location` */
  async #request(
    method: 'DELETE' | 'POST' | 'PUT',
    repository: string,
    path: string,
    body?: string,
    type?: string,
  ): Promise<string> {
    const authorization = this.#authorization(repository);
    const response = await request(`${this.#origin}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) {
      throw new Error(`${method} ${this.#origin}${path} answered ${response.statusCode}: ${text}`);
    }
    return String(response.headers['location'] ?? '');
  }
}

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
