import type { ImportMode } from './import-request.ts';
import type { TagReference } from './types.ts';

/**
 * The tag with an import mode and a reference policy (image-streams.md §1.1, where every decode fills them in); identical when it
 * has both.
 */
export function withDefaults(tag: TagReference, defaultMode: ImportMode): TagReference {
  const { importPolicy, referencePolicy } = tag;
  if (importPolicy?.importMode && referencePolicy?.type) return tag;
  return {
    ...tag,
    importPolicy: importPolicy?.importMode ? importPolicy : { ...importPolicy, importMode: defaultMode },
    referencePolicy: referencePolicy?.type ? referencePolicy : { ...referencePolicy, type: 'Source' },
  };
}
