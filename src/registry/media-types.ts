/** What a manifest is by its media type. `Schema1` is Docker's first format. */
export type ManifestKind = 'Image' | 'Index' | 'Schema1';

const kinds: Readonly<Record<string, ManifestKind>> = {
  'application/vnd.oci.image.index.v1+json': 'Index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'Index',
  'application/vnd.oci.image.manifest.v1+json': 'Image',
  'application/vnd.docker.distribution.manifest.v2+json': 'Image',
  'application/vnd.docker.distribution.manifest.v1+json': 'Schema1',
  'application/vnd.docker.distribution.manifest.v1+prettyjws': 'Schema1',
};

/** Value of the Accept header: all that can be used. */
export const acceptedManifests = Object.keys(kinds)
  .filter((type) => kinds[type] !== 'Schema1')
  .join(', ');

/** A media type without its parameters, in lower case. */
export function bareType(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}

/** The kind that a media type means; undefined when it is not that of a manifest. */
export function kindOfType(type: string): ManifestKind | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type] : undefined;
}
