import type { TriggerFrom } from './entry.ts';
import type { Report } from './finding.ts';
import { mended } from './mended.ts';
import { quoted } from './quoted.ts';
import { namespaceName, readName } from './stream-tag-name.ts';

/** What a trigger follows. */
export interface StreamTag {
  readonly namespace: string;
  readonly crossNamespace: boolean;
  readonly stream: string;
  readonly tag: string;
}

const kindAllowed = 'ImageStreamTag';
/** OpenShift indexes only triggers without one, but what these mean is plain (triggers.md §1.4, §8). */
const apiVersions: readonly string[] = ['v1', 'image.openshift.io/v1'];

/** Reads `from` of a trigger on an object in `ownNamespace`; undefined, and reported, when it names no tag. */
export function readStreamTag(
  from: TriggerFrom,
  ownNamespace: string,
  report: Report,
): StreamTag | undefined {
  const kind = checkKind(from.kind, report);
  const apiVersion = checkAPIVersion(from.apiVersion, report);
  const namespace = readNamespace(from.namespace, ownNamespace, report);
  const name = readName(from.name, report);
  if (!kind || !apiVersion || namespace === undefined || name === undefined) return undefined;
  return { namespace, crossNamespace: namespace !== ownNamespace, ...name };
}

function checkKind(kind: string, report: Report): boolean {
  if (kind === kindAllowed) return true;
  const suggestion = kind.toLowerCase() === kindAllowed.toLowerCase() ? kindAllowed : undefined;
  const seen = kind === '' ? 'missing' : quoted(kind);
  report('WrongKind', '.from.kind', { seen, allowed: quoted(kindAllowed), suggestion });
  return false;
}

function checkAPIVersion(apiVersion: string, report: Report): boolean {
  if (apiVersion === '') return true;
  const known = apiVersions.includes(apiVersion);
  const facts = { seen: quoted(apiVersion), allowed: '"image.openshift.io/v1"' };
  report(known ? 'APIVersionSet' : 'WrongAPIVersion', '.from.apiVersion', facts);
  return known;
}

function readNamespace(namespace: string, own: string, report: Report): string | undefined {
  if (namespace === '') return own;
  if (namespaceName.test(namespace)) return namespace;
  report('InvalidNamespace', '.from.namespace', {
    seen: quoted(namespace),
    allowed: 'at most 63 lower-case letters, digits and inner "-"',
    suggestion: mended(namespace, namespaceName),
  });
  return undefined;
}
