/** From the comments of a chart's values.yaml to its schema and to the tables of its README. */
export { withTables } from './readme.ts';
export { valuesSchema } from './schema.ts';
export { valuesTables } from './table.ts';
export { readValues } from './value.ts';
