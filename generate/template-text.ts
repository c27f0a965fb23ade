import { Document, isScalar, stringify, visit } from 'yaml';

/**
 * What stands in a generated object where the chart fills something in. The tokens are plain words, so that no YAML writer quotes
 * or folds them.
 */
export const tokens = {
  namespace: '__NAMESPACE__',
  fullname: '__FULLNAME__',
  controller: '__CONTROLLER__',
  policyConfigMap: '__POLICY_CONFIG_MAP__',
  group: '__GROUP__',
  resource: '__RESOURCE__',
} as const;

const expressions: ReadonlyMap<string, string> = new Map([
  [tokens.namespace, '{{ .Release.Namespace }}'],
  [tokens.fullname, '{{ include "imagestreams.fullname" . }}'],
  [tokens.controller, '{{ include "imagestreams.controller.name" . }}'],
  [tokens.policyConfigMap, '{{ include "imagestreams.policyConfigMap" . }}'],
  [tokens.group, '{{ .group }}'],
  [tokens.resource, '{{ .resource }}'],
]);

/** YAML of documents as a template: what looks like a template in them stays as it is, and tokens are filled in. */
export function templateText(documents: readonly object[]): string {
  return documents.map((document) => filledIn(escaped(yamlText(document)))).join('---\n');
}

export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The same with texts of these keys in block style, in which nothing has to be quoted, whatever is filled in. */
export function blockText(value: unknown, keys: readonly string[]): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Pair: (_, { key, value: text }) => {
      if (isScalar(key) && keys.includes(String(key.value)) && isScalar(text)) text.type = 'BLOCK_LITERAL';
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Text as a template that gives it. */
export function escaped(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

function filledIn(text: string): string {
  let filled = text;
  for (const [token, expression] of expressions) filled = filled.replaceAll(token, expression);
  return filled;
}

/** A named template. */
export function definition(name: string, body: string): string {
  return `{{- define "imagestreams.${name}" -}}\n${body.trimEnd()}\n{{- end -}}\n`;
}

/** The object's metadata with the labels that all objects of the chart have, and those of its own; `root` is what templates are given. */
export function withChartLabels(text: string, root = '.'): string {
  const own = /^ {2}name: .*\n {2}labels:\n/m;
  const labels = `    {{- include "imagestreams.labels" ${root} | nindent 4 }}\n`;
  if (own.test(text)) return text.replace(own, (head) => head + labels);
  return text.replace(/^ {2}name: .*\n/m, (head) => `${head}  labels:\n${labels}`);
}
