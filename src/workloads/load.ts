import {
  type Decode,
  type JsonSchema,
  listOf,
  member,
  objectOf,
  quote,
  Report,
  required,
} from '../configuration/index.ts';
import { configuredKind } from './configured-kind.ts';
import type { WorkloadError, WorkloadErrorCode, WorkloadReport } from './findings.ts';
import { resourceName, type WorkloadKind } from './kinds.ts';
import { WorkloadTable } from './table.ts';

export type LoadedWorkloads =
  | { readonly ok: true; readonly workloads: WorkloadTable }
  | { readonly ok: false; readonly errors: readonly WorkloadError[] };

const mostKinds = 64;

/**
 * Makes a table of the built-in kinds and those of a parsed document, `{kinds: [{group, versions, resource, kind, templatePath,
 * immutable}]}`. All errors are told at once.
 */
export function workloadTable(input: unknown): LoadedWorkloads {
  const report: WorkloadReport = new Report<WorkloadErrorCode>('the document');
  const { kinds = [] } = document(input ?? {}, '', report) ?? {};
  if (report.errors.length > 0) return { ok: false, errors: report.errors };
  return { ok: true, workloads: new WorkloadTable(kinds) };
}

/** JSON Schema of the list of kinds. */
export const workloadKindsSchema: JsonSchema = {
  ...listOf(configuredKind).schema,
  maxItems: mostKinds,
};

const kindList: Decode<readonly WorkloadKind[], WorkloadReport> = (value, at, report) => {
  if (Array.isArray(value) && value.length > mostKinds) {
    report.error('TooMany', at, `there are ${value.length} kinds; at most ${mostKinds} are read`);
    return undefined;
  }
  const places = new Map<string, string>();
  return listOf<WorkloadKind, WorkloadReport>((each, place, to) => {
    const row = configuredKind(each, place, to);
    if (row !== undefined) reportRepeated(row, place, places, to);
    return row;
  })(value, at, report);
};

const document = objectOf<{ readonly kinds: readonly WorkloadKind[] }, WorkloadReport>({
  kinds: required(kindList),
});

/** @param places where each name stood first */
function reportRepeated(
  row: WorkloadKind,
  at: string,
  places: Map<string, string>,
  report: WorkloadReport,
): void {
  const { group, resource, kind } = row;
  const names = [
    ['resource', resourceName(row), `resource ${quote(resource)}`],
    ['kind', `${kind} of ${group}`, `kind ${quote(kind)}`],
  ] as const;
  for (const [field, name, what] of names) {
    const first = places.get(name);
    places.set(name, first ?? at);
    if (first === undefined) continue;
    const sentence = `${what} of group ${quote(group)} is in ${first} already; remove one of them`;
    report.error('Duplicate', member(at, field), sentence);
  }
}
