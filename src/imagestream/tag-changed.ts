import type { ImportMode } from './import-request.ts';
import type { TagReference } from './types.ts';

/**
 * Does the tag ask for something else than before (image-streams.md §4.3 `tagRefChanged`)? Then it is resolved or imported anew.
 *
 * Compared are kind, name and effective namespace of `from`, `reference` and the import mode, where none means `defaultMode`;
 * not `insecure`, `scheduled`, the reference policy and annotations. Generation 0 where there was another one is a change, too.
 * `old` is undefined for a tag that was not there; a tag without a source never changed. OpenShift does not compare the kind, so
 * that an image that becomes a tag of the same name is never resolved there.
 */
export function tagReferenceChanged(
  old: TagReference | undefined,
  next: TagReference,
  namespace: string,
  defaultMode: ImportMode = 'PreserveOriginal',
): boolean {
  const { from } = next;
  if (!from || (text(from.kind) === '' && text(from.name) === '')) return false;
  if (!old?.from) return true;
  if ((text(from.namespace) || namespace) !== (text(old.from.namespace) || namespace)) return true;
  if (text(from.kind) !== text(old.from.kind) || text(from.name) !== text(old.from.name)) return true;
  if ((next.reference === true) !== (old.reference === true)) return true;
  if (importMode(next, defaultMode) !== importMode(old, defaultMode)) return true;
  return next.generation === 0 && typeof old.generation === 'number' && old.generation !== 0;
}

function importMode(tag: TagReference, defaultMode: ImportMode): ImportMode {
  return tag.importPolicy?.importMode || defaultMode;
}

function text(value: string | undefined): string {
  return value ?? '';
}
