/**
 * The pull-spec grammar `[host[:port]/]component(/component)*[:tag][@digest]` as image-policy.md §5 has it,
 * written so that no part can match the same text in two ways: time is linear in the input.
 */
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const hostLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = `${hostLabel}(?:\\.${hostLabel})*(?::[0-9]+)?`;
const name = `(?:${host}/)?${component}(?:/${component})*`;
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

/** Groups: 1 name with host, 2 tag, 3 digest. */
export const pullSpecPattern = new RegExp(`^(${name})(?::(${tag}))?(?:@(${digest}))?$`);

export const longestRepositoryName = 255;

/** The longest text the grammar could accept; anything beyond is refused before a pattern sees it. */
export const longestPullSpec = longestRepositoryName + 1 + 128 + 1 + 256;

const digestHexLength: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

export type DigestError = 'UnsupportedDigestAlgorithm' | 'InvalidDigestLength';

/** Algorithm known and hex of its exact length; the grammar has already been checked. */
export function digestError(text: string): DigestError | undefined {
  const colon = text.indexOf(':');
  const length = digestHexLength[text.slice(0, colon)];
  if (length === undefined) return 'UnsupportedDigestAlgorithm';
  return text.length - colon - 1 === length ? undefined : 'InvalidDigestLength';
}

const digestPattern = new RegExp(`^${digest}$`);

/** Is the text a digest that a registry could serve: `sha256:` and 64 hex digits, or SHA-384, SHA-512. */
export function isDigest(text: string): boolean {
  return text.length <= 256 && digestPattern.test(text) && digestError(text) === undefined;
}
