/** Reading configuration that a person wrote: every field known, every finding with its place. */
export {
  type Decode,
  type DecodeErrorCode,
  type DecodeReport,
  derived,
  described,
  type Fields,
  flag,
  type JsonSchema,
  listOf,
  objectOf,
  oneOf,
  quote,
  required,
  text,
  textMap,
  type WordReport,
} from './decode.ts';
export { entry, member } from './field-path.ts';
export { type Finding, Report } from './report.ts';
