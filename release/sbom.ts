import { createHash } from 'node:crypto';

/** The parts of a CycloneDX 1.5 document that are looked at here. */
export interface Sbom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [field: string]: unknown;
}

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/**
 * What npm is asked for: everything in the lockfile. With `--omit=dev` it leaves out what a development dependency needs, too, such as
 * `semver`.
 */
export const sbomArgs: readonly string[] = [
  'sbom',
  '--package-lock-only',
  '--sbom-format=cyclonedx',
  '--sbom-type=application',
];

/** What is in the bundle, each `NAME@VERSION`, from the `LICENSES.txt` beside it. */
export function bundledPackages(licences: string): ReadonlySet<string> {
  const headings = licences.split(`\n${'-'.repeat(80)}\n\n`).map((part) => part.split('\n', 1)[0] ?? '');
  return new Set(headings.map((heading) => heading.split(' ', 2).join('@')));
}

/**
 * The document with what is bundled alone, which is what the image has.
 *
 * @throws Error when something is bundled that npm does not know of
 */
export function bundledSbom(document: Sbom, bundled: ReadonlySet<string>): Sbom {
  const own = document.metadata.component['bom-ref'];
  const components = document.components.filter(({ 'bom-ref': ref }) => bundled.has(ref));
  const known = new Set([own, ...components.map(({ 'bom-ref': ref }) => ref)]);
  const missing = [...bundled].filter((ref) => !known.has(ref));
  if (missing.length > 0) throw new Error(`bundled, but not in the lockfile: ${missing.join(', ')}`);
  const dependencies = document.dependencies
    .filter(({ ref }) => known.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => known.has(each)) }));
  return { ...document, components, dependencies };
}

/**
 * The same document wherever and whenever it is made: npm names it after the directory, and gives it a random number and the time of day.
 *
 * @param seconds since the epoch: when what it describes was committed
 */
export function settledSbom(document: Sbom, name: string, seconds: number): Sbom {
  const { serialNumber: _, ...rest } = document;
  const timestamp = new Date(seconds * 1000).toISOString();
  const metadata = { ...rest.metadata, timestamp, component: { ...rest.metadata.component, name } };
  const settled = { ...rest, metadata };
  return { ...settled, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(settled))}` };
}

/** A UUID of version 8 (RFC 9562): the bits are our own choice, a hash here. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
