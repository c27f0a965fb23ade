/** Parts of CEL expressions, as the API server evaluates them on objects and requests. */
export { anyOf, present, text, userIs, userIsOneOf } from './expressions.ts';
