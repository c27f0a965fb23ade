import { asDigest, digestOf, hasDigest } from './digest.ts';
import type { Answer } from './exchange.ts';
import { Failure } from './failure.ts';
import { asObject, asText, type JsonObject } from './json.ts';
import { bareType, kindOfType, type ManifestKind } from './media-types.ts';
import { parseUntrusted } from './safe-json.ts';

/** An image of an index. */
export interface Child {
  readonly digest: string;
  /** Undefined where the media type is not that of a manifest. */
  readonly kind: ManifestKind | undefined;
  /** Empty where the index does not say. */
  readonly os: string;
  readonly architecture: string;
}

/** A manifest whose content has the digest. */
export interface Manifest {
  readonly digest: string;
  readonly kind: 'Image' | 'Index';
  /** Of an index. */
  readonly children: readonly Child[];
}

export const schema1 =
  'has a manifest of Docker schema 1, which is not supported any more: push the image again with a current tool';

/**
 * Reads the answer to a GET of a manifest.
 *
 * @param asked the digest that was asked for; undefined when it was a tag
 * @throws Failure
 */
export function readManifest(answer: Answer, asked: string | undefined): Manifest {
  const type = bareType(answer.header('content-type') ?? '');
  if (type === 'text/html') throw new Failure('NotARegistry');
  if (kindOfType(type) === 'Schema1') throw new Failure('UnsupportedManifest', { detail: schema1 });
  const body = parseUntrusted(answer.body);
  const isSchema1 = asObject(body)['schemaVersion'] === 1;
  if (isSchema1 && kindOfType(type) === undefined) {
    throw new Failure('UnsupportedManifest', { detail: schema1 });
  }
  const digest = verifiedDigest(answer, asked);
  if (body === undefined) {
    throw isMarkup(answer.body)
      ? new Failure('NotARegistry')
      : new Failure('InvalidResponse', {
          detail: 'the manifest is not JSON, or too deep or too large to be one',
        });
  }
  const content = asObject(body);
  const kind = kindOf(content, type);
  return { digest, kind, children: kind === 'Index' ? childrenOf(content) : [] };
}

function verifiedDigest({ body, header }: Answer, asked: string | undefined): string {
  const said = asked ?? asDigest(header('docker-content-digest'));
  if (said === undefined) return digestOf(body);
  if (!hasDigest(body, said)) throw new Failure('DigestMismatch');
  return said;
}

/** Clients that took the same bytes for different things could be made to disagree on what an image is. */
function kindOf(content: JsonObject, type: string): 'Image' | 'Index' {
  const said = content['mediaType'];
  const own = typeof said === 'string' ? bareType(said) : '';
  const outer = kindOfType(type) === undefined ? '' : type;
  if (own !== '' && outer !== '' && own !== outer) {
    throw new Failure('InvalidResponse', { detail: 'the manifest is of another type than the answer says' });
  }
  const isIndex = Array.isArray(content['manifests']);
  const isImage = content['config'] !== undefined || content['layers'] !== undefined;
  if (isIndex && isImage) {
    throw new Failure('InvalidResponse', { detail: 'the manifest is an index and an image at once' });
  }
  const structure = isIndex ? 'Index' : isImage ? 'Image' : undefined;
  const named = own || outer;
  const kind = named === '' ? structure : kindOfType(named);
  if (kind === 'Schema1') throw new Failure('UnsupportedManifest', { detail: schema1 });
  if (kind === undefined || content['schemaVersion'] !== 2 || kind !== structure) {
    throw new Failure('UnsupportedManifest', {
      detail: 'has a manifest that is neither an image nor an index of images',
    });
  }
  return kind;
}

function childrenOf(content: JsonObject): readonly Child[] {
  const manifests = content['manifests'] as readonly unknown[];
  return manifests.map((each) => {
    const child = asObject(each);
    const platform = asObject(child['platform']);
    const digest = asDigest(asText(child['digest']));
    if (digest === undefined) {
      throw new Failure('InvalidResponse', { detail: 'the index has an entry without a digest' });
    }
    return {
      digest,
      kind: kindOfType(bareType(asText(child['mediaType']) ?? '')),
      os: asText(platform['os']) ?? '',
      architecture: asText(platform['architecture']) ?? '',
    };
  });
}

function isMarkup(body: Buffer): boolean {
  return body.subarray(0, 512).toString('latin1').trimStart().startsWith('<');
}
