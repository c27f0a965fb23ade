import type { Surroundings } from '../admission/index.ts';
import { type ManifestDocument, manifestDocuments } from './manifest-documents.ts';
import { type DocumentEdits, type Edit, editedText } from './manifest-edit.ts';
import { manifestObjects, namespaceOf, objectLabel } from './manifest-objects.ts';
import { reviewManifest } from './manifest-review.ts';

/** A manifest file with its image names resolved, and what there is to say about it. */
export interface ResolvedManifest {
  readonly text: string;
  /** Lines for a person: `FILE: Kind/name: sentence`. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Resolves the names in one file of YAML or JSON; whatever is not an image name stays as it is, to the byte. */
export async function resolveManifest(
  file: string,
  text: string,
  defaultNamespace: string,
  around: Surroundings,
): Promise<ResolvedManifest> {
  const manifest = manifestDocuments(text);
  if (!manifest.ok) {
    return {
      text,
      errors: [`${file}:${manifest.line}:${manifest.column}: ${manifest.message}`],
      warnings: [],
    };
  }
  const errors: string[] = [];
  const warnings: string[] = [];
  const changes: DocumentEdits[] = [];
  for (const document of manifest.documents) {
    const edits: Edit[] = [];
    for (const { object, path } of manifestObjects(document)) {
      const review = await reviewManifest(object, namespaceOf(object, defaultNamespace), around);
      const label = `${file}: ${objectLabel(object)}: `;
      edits.push(...review.edits.map((edit) => ({ ...edit, path: [...path, ...edit.path] })));
      errors.push(...review.errors.map((sentence) => `${label}${sentence}`));
      warnings.push(...review.warnings.map((sentence) => `${label}warning: ${sentence}`));
    }
    if (edits.length > 0) changes.push({ document, edits });
  }
  const edited = editedText(text, changes);
  return {
    text: edited.text,
    errors,
    warnings: [...warnings, ...edited.rewritten.map((document) => anew(file, document))],
  };
}

function anew(file: string, { number }: ManifestDocument): string {
  return `${file}: document ${number}: warning: written anew, without its comments, because the text of an image is shared by YAML anchors or spread over lines`;
}
