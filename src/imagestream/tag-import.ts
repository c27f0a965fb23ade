import { preferredArchitectureAnnotation, preferredSystemAnnotation } from './annotations.ts';
import type { ImportCause, ImportSettings, TagImport } from './import-request.ts';
import { askedGeneration } from './tag-status.ts';
import type { TagReference } from './types.ts';

/** What a tag with a registry as its source asks for. */
export function tagImport(
  tag: TagReference,
  { defaultMode }: Pick<ImportSettings, 'defaultMode'>,
  cause: ImportCause,
): TagImport {
  const { name, from, importPolicy, annotations } = tag;
  return {
    tag: name,
    from: from?.name ?? '',
    generation: askedGeneration(tag),
    insecure: importPolicy?.insecure === true,
    mode: importPolicy?.importMode || defaultMode,
    platform: {
      architecture: annotations?.[preferredArchitectureAnnotation] ?? '',
      os: annotations?.[preferredSystemAnnotation] ?? '',
    },
    cause,
  };
}

/** Do both ask for the same image, for whatever cause? */
export function asksTheSame(one: TagImport, other: TagImport): boolean {
  return (
    one.tag === other.tag &&
    one.from === other.from &&
    one.generation === other.generation &&
    one.insecure === other.insecure &&
    one.mode === other.mode &&
    one.platform.architecture === other.platform.architecture &&
    one.platform.os === other.platform.os
  );
}
