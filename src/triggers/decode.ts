import { longestAnnotation, mostEntries } from './annotation.ts';
import type { Report } from './finding.ts';
import { syntaxFault } from './json-syntax.ts';
import { described } from './quoted.ts';

/**
 * The elements of the annotation's array, each still to be read; none when the value is absent, `null` or `[]`, and
 * none (and a report) when it is not a JSON array. Source: triggers.md §1.2.
 */
export function decodeEntries(annotation: unknown, report: Report): readonly unknown[] {
  if (annotation === undefined) return [];
  if (typeof annotation !== 'string') {
    report('NotText', '', { seen: described(annotation), allowed: 'a string that holds a JSON array' });
    return [];
  }
  if (annotation.length > longestAnnotation) {
    report('AnnotationTooLong', '', {
      seen: `${annotation.length} characters`,
      allowed: `${longestAnnotation}`,
    });
    return [];
  }
  const value = parse(annotation, report);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    const suggestion = typeof value === 'object' ? 'it between [ and ]' : undefined;
    report('NotAnArray', '', { seen: described(value), allowed: 'a JSON array of triggers', suggestion });
    return [];
  }
  if (value.length <= mostEntries) return value;
  report('TooManyEntries', '', { seen: `${value.length}`, allowed: `${mostEntries}` });
  return [];
}

function parse(text: string, report: Report): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const fault = syntaxFault(text);
    report('InvalidJSON', '', {
      seen: fault === undefined ? 'a fault' : `${fault.seen} at line ${fault.line}, column ${fault.column}`,
      allowed: fault?.expected ?? 'JSON',
      suggestion: fault?.fix,
    });
    return undefined;
  }
}
