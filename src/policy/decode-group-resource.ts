import { derived, objectOf, required, text } from '../configuration/index.ts';
import type { GroupResource } from './types.ts';

/** A resource of an API group; the core group where none is named. */
export const groupResource = derived(
  objectOf<GroupResource>({ group: text, resource: required(text) }),
  (fields): GroupResource => ({ group: '', resource: '', ...fields }),
);
