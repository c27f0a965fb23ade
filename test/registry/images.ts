import { createHash } from 'node:crypto';

/** A manifest as a registry stores it. */
export interface StoredManifest {
  readonly type: string;
  readonly body: Buffer;
  readonly digest: string;
}

export const types = {
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  schema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

export function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function stored(type: string, content: unknown): StoredManifest {
  const body = Buffer.from(JSON.stringify(content));
  return { type, body, digest: sha256(body) };
}

/** An image; the word makes it another one. */
export function image(word: string, type: string = types.ociImage): StoredManifest {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(word), size: 1 };
  return stored(type, { schemaVersion: 2, mediaType: type, config, layers: [] });
}

/** An index; platforms are `os/architecture`, or empty for none. */
export function index(
  children: readonly (readonly [platform: string, child: StoredManifest])[],
  type: string = types.ociIndex,
): StoredManifest {
  const manifests = children.map(([platform, child]) => {
    const [os, architecture] = platform.split('/');
    return {
      mediaType: child.type,
      digest: child.digest,
      size: child.body.length,
      ...(platform === '' ? {} : { platform: { os, architecture } }),
    };
  });
  return stored(type, { schemaVersion: 2, mediaType: type, manifests });
}
