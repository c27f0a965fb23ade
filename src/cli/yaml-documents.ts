import { stringify } from 'yaml';

/** Kubernetes objects as a stream of YAML documents. */
export function yamlDocuments(objects: readonly object[]): string {
  return objects
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}
