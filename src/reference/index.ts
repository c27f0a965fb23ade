export { exactReference, repositoryOf } from './format.ts';
export { globMatches } from './glob.ts';
export { isDigest } from './grammar.ts';
export { defaultTag, type LocalName, localName, mayBeLocalName } from './local-name.ts';
export {
  type ImageReference,
  type ParsedReference,
  parseReference,
  type ReferenceErrorCode,
} from './parse.ts';
