import { type Schema, typeOf } from './type.ts';
import type { Value } from './value.ts';

/** The values in Markdown: a table for each section. */
export function valuesTables(values: readonly Value[]): string {
  const sections = Map.groupBy(values.flatMap(leaves), ({ section }) => section);
  return [...sections].map(([title, rows]) => `### ${title}\n\n${table(rows)}`).join('\n');
}

function leaves(value: Value): readonly Value[] {
  return value.members?.flatMap(leaves) ?? [value];
}

function table(rows: readonly Value[]): string {
  const head = '| value | what it is | type | default |\n|---|---|---|---|\n';
  return head + rows.map(row).join('');
}

function row(value: Value): string {
  const cells = [code(value.path.join('.')), value.comment.text, typeText(value), code(defaultText(value))];
  return `| ${cells.map(cell).join(' | ')} |\n`;
}

/** What can be given: the words, or the type with its limits. */
function typeText(value: Value): string {
  const { type, enum: words, items, additionalProperties, minimum, maximum } = typeOf(value);
  if (Array.isArray(words)) return words.map(code).join(', ');
  const member = items ?? additionalProperties;
  const named = [type === 'array' ? 'list' : either(type), ...(member ? [`of ${many(member)}`] : [])].join(
    ' ',
  );
  if (minimum === undefined) return named;
  return maximum === undefined ? `${named}, at least ${minimum}` : `${named}, ${minimum} to ${maximum}`;
}

function many(schema: unknown): string {
  return [(schema as Schema)['type']]
    .flat()
    .map((type) => `${type}s`)
    .join(' or ');
}

function either(type: unknown): string {
  return [type].flat().join(' or ');
}

function defaultText({ byDefault }: Value): string {
  return JSON.stringify(byDefault);
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A bar would end the cell, in code, too. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
