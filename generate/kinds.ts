import { defaultImagePolicy } from '../src/policy/index.ts';
import { builtInKinds } from '../src/workloads/index.ts';
import { definition, escaped, yamlText } from './template-text.ts';

/** The table of kinds, for the templates that go through it; paths are names joined by dots. */
export function kindsTemplate(): string {
  const rows = builtInKinds.map((row) => ({
    group: row.group,
    resource: row.resource,
    kind: row.kind,
    versions: row.versions,
    podSpecPath: row.podSpecPath.join('.'),
    templateMetadataPath: row.templateMetadataPath?.join('.') ?? '',
    byPolicyOnly: row.byPolicyOnly === true,
    resolvedByDefault: defaultImagePolicy.of(row).coveredByResolution,
  }));
  return definition('builtInKinds', escaped(yamlText(rows)));
}
