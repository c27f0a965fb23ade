export { exactReference, repositoryOf } from './format.ts';
export { isDigest, tagPattern } from './grammar.ts';
export { defaultTag, type LocalName, localName, mayBeLocalName } from './local-name.ts';
export {
  type ImageReference,
  type ParsedReference,
  parseReference,
  type ReferenceErrorCode,
} from './parse.ts';
