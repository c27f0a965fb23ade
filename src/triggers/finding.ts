import { triggersAnnotation } from './annotation.ts';
import { sentences } from './sentences.ts';

export type Severity = 'Error' | 'Warning';

/**
 * What can be wrong with a trigger annotation. Errors: what has no single reading or can never act.
 * Warnings: what has one obvious meaning (and is honoured), or may come right by itself.
 */
export type TriggerFindingCode = keyof typeof sentences;

/** One thing wrong with a trigger annotation. */
export interface TriggerFinding {
  readonly code: TriggerFindingCode;
  readonly severity: Severity;
  /** Position in the annotation's array; absent when the finding is about all of it. */
  readonly entry?: number;
  /** The exact place: `[0].fieldPath`, `[1].from.name`; empty for the whole annotation. */
  readonly field: string;
  /** What stands there, bounded in length and free of control characters. */
  readonly seen: string;
  readonly allowed: string;
  /** What was probably meant: a name, or a whole value to write there. */
  readonly suggestion?: string;
  /** One sentence, the same in an admission response, an Event, a condition and on the command line. */
  readonly message: string;
}

/** The parts of a finding that its sentence is made of. */
export interface Facts {
  readonly seen: string;
  readonly allowed: string;
  readonly suggestion?: string | undefined;
}

/** Where a finding belongs. */
export interface Place {
  readonly entry?: number;
  readonly field: string;
}

/** Takes the findings of one entry, or of the whole annotation; `path` is the place inside it, such as `.from.name`. */
export type Report = (code: TriggerFindingCode, path: string, facts: Facts) => void;

export function findingOf(code: TriggerFindingCode, place: Place, facts: Facts): TriggerFinding {
  const { severity, sentence } = sentences[code];
  const { seen, allowed, suggestion } = facts;
  return {
    code,
    severity,
    ...place,
    seen,
    allowed,
    ...(suggestion === undefined ? {} : { suggestion }),
    message: `${triggersAnnotation}${place.field} ${sentence(facts)}`,
  };
}

/** A report that appends to `findings`. */
export function reportTo(findings: TriggerFinding[], entry?: number): Report {
  return (code, path, facts) => {
    const place = entry === undefined ? { field: path } : { entry, field: `[${entry}]${path}` };
    findings.push(findingOf(code, place, facts));
  };
}
