import type { Report } from './finding.ts';
import { keysOf, readKeys, readText } from './json-object.ts';
import { described, quoted } from './quoted.ts';

/** One trigger as it stands in the annotation. A part that could not be read is undefined, and was reported. */
export interface TriggerEntry {
  readonly from: TriggerFrom | undefined;
  /** Empty when absent. */
  readonly fieldPath: string | undefined;
  readonly paused: boolean | undefined;
}

/** `from` as written; absent parts are empty. */
export interface TriggerFrom {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly apiVersion: string;
}

const entryKeys = keysOf('from', 'fieldPath', 'paused');
const fromKeys = keysOf('kind', 'name', 'namespace', 'apiVersion');
const shape = 'an object with the keys "from" and "fieldPath"';
const fromShape = '{"kind":"ImageStreamTag","name":"STREAM:TAG"}';

/** Reads one element of the array; undefined when it is no trigger at all. Source: triggers.md §1.1, §1.2. */
export function readEntry(value: unknown, report: Report): TriggerEntry | undefined {
  if (value === null || isEmptyObject(value)) {
    report('EmptyEntry', '', { seen: value === null ? 'null' : 'empty', allowed: shape });
    return undefined;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    report('EntryNotAnObject', '', { seen: described(value), allowed: shape });
    return undefined;
  }
  const keys = readKeys(value, entryKeys, '', report, (key) => isPauseKey(key, report));
  return {
    from: readFrom(keys.get('from'), report),
    fieldPath: readText(keys.get('fieldPath'), '.fieldPath', report),
    paused: readPaused(keys.get('paused'), report),
  };
}

function readFrom(value: unknown, report: Report): TriggerFrom | undefined {
  if (value === undefined || isEmptyObject(value)) {
    report('MissingFrom', '.from', {
      seen: 'nothing',
      allowed: `the image stream tag to follow, as ${fromShape}`,
    });
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report('WrongType', '.from', { seen: described(value), allowed: `an object, as ${fromShape}` });
    return undefined;
  }
  const keys = readKeys(value, fromKeys, '.from', report);
  const kind = readText(keys.get('kind'), '.from.kind', report);
  const name = readText(keys.get('name'), '.from.name', report);
  const namespace = readText(keys.get('namespace'), '.from.namespace', report);
  const apiVersion = readText(keys.get('apiVersion'), '.from.apiVersion', report);
  if (kind === undefined || name === undefined || namespace === undefined || apiVersion === undefined) {
    return undefined;
  }
  return { kind, name, namespace, apiVersion };
}

/** OpenShift's console wrote the strings for years, and they can only mean one thing. */
function readPaused(value: unknown, report: Report): boolean | undefined {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') {
    const suggestion = `${value} without quotes`;
    report('PausedAsString', '.paused', {
      seen: `the string ${quoted(value)}`,
      allowed: 'true or false',
      suggestion,
    });
    return value === 'true';
  }
  report('WrongType', '.paused', { seen: described(value), allowed: 'true or false' });
  return undefined;
}

/** The console's old spelling; honouring it would change what running workloads do. */
function isPauseKey(key: string, report: Report): boolean {
  if (key.toLowerCase() !== 'pause') return false;
  report('PauseKey', `.${key}`, { seen: quoted(key), allowed: '"paused"', suggestion: 'paused' });
  return true;
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}
