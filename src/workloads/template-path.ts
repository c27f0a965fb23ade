import { derived, quote, text } from '../configuration/index.ts';
import type { WorkloadReport } from './findings.ts';

const longestPath = 8;
const fieldName = /^[a-z][A-Za-z0-9]{0,62}$/;

/** Not the workload's own to give: who writes it is not who wants pods. */
const notTheirs: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** What CEL has for itself, so that no match condition could name such a field. Source: CEL's language definition. */
const reservedWords: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** Field names separated by dots, as `spec.template`; gives them one by one. */
export const templatePath = derived<string, readonly string[], WorkloadReport>(text, (path, at, report) => {
  const fields = path.split('.');
  const wrong = problemOf(fields);
  if (wrong === undefined) return fields;
  const meant = [straightened(path)].find(
    (other) => other !== path && problemOf(other.split('.')) === undefined,
  );
  report.error(
    'InvalidPath',
    at,
    `${quote(path)} ${wrong}; it must be the path of the pod template as field names separated by dots, such as "spec.template"`,
    meant === undefined ? undefined : quote(meant),
  );
  return undefined;
});

function problemOf(fields: readonly string[]): string | undefined {
  const odd = fields.find((field) => !fieldName.test(field));
  if (odd !== undefined) {
    return odd === '' ? 'has an empty field name' : `has ${quote(odd)}, which is no name of a field`;
  }
  if (fields.length > longestPath) return `has ${fields.length} fields, and at most ${longestPath} are read`;
  const [root = ''] = fields;
  if (notTheirs.has(root)) return `lies in ${quote(root)}, where no pod template is`;
  const reserved = fields.find((field) => reservedWords.has(field));
  if (reserved !== undefined) return `has ${quote(reserved)}, a word that CEL keeps for itself`;
  // the pod spec's own path is what fieldPath of a trigger begins with, and easily given instead
  if (fields.at(-1) === 'spec' && fields.length > 1) return 'ends in "spec", which is inside of the template';
  return undefined;
}

/** A path that is written as a JSONPath or JSON Pointer, or leads to the pod spec, as it was meant. */
function straightened(path: string): string {
  return path
    .replaceAll('/', '.')
    .replace(/^\$?\.+/, '')
    .replace(/\.spec$/, '');
}
