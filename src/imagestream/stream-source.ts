import { isStreamName, isTagName } from './names.ts';
import { tagSource } from './tag-source.ts';

const home = { namespace: 'own', stream: 'own' };
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.+:-]{0,255}$/;
const digestStartPattern = /^(?:sha256:[0-9a-f]{0,64}|sha384:[0-9a-f]{0,96}|sha512:[0-9a-f]{0,128})$/;

/**
 * What is wrong with the name of an ImageStreamTag (`TAG`, `STREAM:TAG`) or ImageStreamImage (`ID`, `STREAM@ID`), undefined when
 * nothing is; an ID is the beginning of a digest, with or without its algorithm (image-streams.md §4.4).
 */
export function streamSourceDetail(kind: string, name: string): string | undefined {
  const source = tagSource({ name: '', from: { kind, name } }, home);
  if (source.kind !== 'Tag' && source.kind !== 'StreamImage') {
    return 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';
  }
  if (!isStreamName(source.stream)) {
    return `the image stream "${source.stream}" cannot exist: its name must be lower case letters, digits, "-" or ".", and begin and end with a letter or digit`;
  }
  if (source.kind === 'Tag') {
    return isTagName(source.tag)
      ? undefined
      : `the tag must be 1 to 128 letters, digits, "_", "." or "-" and not begin with "." or "-"`;
  }
  return imageIdDetail(source.id);
}

function imageIdDetail(id: string): string | undefined {
  const fits = idPattern.test(id) && (!id.includes(':') || digestStartPattern.test(id));
  return fits ? undefined : 'the ID must be a digest such as "sha256:4ab15c48…", or the beginning of one';
}
