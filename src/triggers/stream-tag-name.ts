import { type StreamTagName, splitStreamTag } from '../imagestream/index.ts';
import type { Report } from './finding.ts';
import { mended } from './mended.ts';
import { quoted } from './quoted.ts';

/** Any name an image stream can have, on OpenShift or as a custom resource. */
const streamName = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const longestStreamName = 253;
const tagName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
export const namespaceName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const nameShape = 'STREAM:TAG';

/** Reads `STREAM:TAG`; undefined, and reported, when it can never name a tag. Source: triggers.md §1.3. */
export function readName(name: string, report: Report): StreamTagName | undefined {
  const split = splitStreamTag(name);
  if (name.includes('@')) refuseDigest(name, report);
  else if (name.includes('/')) refuseSlash(name, report);
  else if (split === undefined) refuseUntagged(name, report);
  else if (!isStreamName(split.stream)) {
    report('InvalidStreamName', '.from.name', {
      seen: quoted(name),
      allowed: 'lower-case letters and digits, separated by ".", "_" or "-"',
      suggestion: withTag(mended(split.stream, streamName), split.tag),
    });
  } else if (!tagName.test(split.tag)) {
    report('InvalidTag', '.from.name', {
      seen: quoted(name),
      allowed: 'at most 128 letters, digits, "_", "." and "-", after a single ":"',
      suggestion: withTag(split.stream, mended(split.tag, tagName, false)),
    });
  } else {
    if (name.endsWith(':')) {
      const suggestion = quoted(name + split.tag);
      report('TagDefaulted', '.from.name', { seen: quoted(name), allowed: suggestion, suggestion });
    }
    return split;
  }
  return undefined;
}

function refuseDigest(name: string, report: Report): void {
  const stream = name.slice(0, name.indexOf('@'));
  const suggestion = isStreamName(stream) ? `${stream}:latest` : undefined;
  report('NameWithDigest', '.from.name', { seen: quoted(name), allowed: nameShape, suggestion });
}

function refuseSlash(name: string, report: Report): void {
  const [namespace = '', stream = '', ...more] = name.split('/', 3);
  const isNamespaced =
    more.length === 0 && namespaceName.test(namespace) && isStreamName(stream.split(':', 1)[0] ?? '');
  report('NameWithSlash', '.from.name', {
    seen: quoted(name),
    allowed: `${nameShape} of an image stream, with its namespace in "namespace"`,
    suggestion: isNamespaced
      ? `"namespace":"${namespace}","name":${quoted(stream.includes(':') ? stream : `${stream}:latest`)}`
      : undefined,
  });
}

function refuseUntagged(name: string, report: Report): void {
  if (name === '') {
    report('MissingName', '.from.name', {
      seen: 'nothing',
      allowed: `the image stream tag to follow, as ${nameShape}`,
    });
    return;
  }
  const suggestion = isStreamName(name) ? `${name}:latest` : undefined;
  report('NameWithoutTag', '.from.name', { seen: quoted(name), allowed: nameShape, suggestion });
}

function isStreamName(name: string): boolean {
  return name.length <= longestStreamName && streamName.test(name);
}

function withTag(stream: string | undefined, tag: string | undefined): string | undefined {
  return stream !== undefined && tag !== undefined && tagName.test(tag) ? `${stream}:${tag}` : undefined;
}
