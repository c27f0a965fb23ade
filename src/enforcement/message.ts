import { enforceLabel } from './options.ts';

const demand = `(has(namespaceObject.metadata.labels) && '${enforceLabel}' in namespaceObject.metadata.labels ? 'namespace "' + request.namespace + '" has the label ${enforceLabel}=' + namespaceObject.metadata.labels['${enforceLabel}'] : 'the cluster asks for digests in every namespace')`;

const listed = `variables.inexact.map(entry, entry.what + ' has the image "' + entry.image + '"').join(', ')`;

const mend =
  'write it by digest (NAME@sha256:…), or name a tag of an image stream that has local lookup (NAME:TAG)';

/** The sentence of a refusal, as CEL: it names the object, each container, what was seen, who asks for it and how to mend it. */
export const messageExpression = `request.kind.kind + ' "' + object.metadata.name + '": ' + ${listed} + ', without digest, and ' + ${demand} + '; ${mend}'`;

/** For when that would be longer than the API server takes, 5 KiB. */
export const shortMessage = `images without digest, and the namespace (label ${enforceLabel}) or the cluster asks for digests; ${mend}`;
