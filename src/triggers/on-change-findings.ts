import { closest } from '../suggestion/index.ts';
import { annotationText, isJob, type KubernetesObject, type WorkloadKind } from '../workloads/index.ts';
import { triggersAnnotation } from './annotation.ts';
import type { Severity } from './finding.ts';
import { decodeOnChange, onChangeWords } from './on-change.ts';
import { quoted } from './quoted.ts';
import { onChangeAnnotation } from './trigger-annotations.ts';

/** What can be wrong with `imagestreams.io/on-change`. */
export type OnChangeFindingCode = 'UnknownWord' | 'NotAJob' | 'NothingFollowed';

export interface OnChangeFinding {
  readonly code: OnChangeFindingCode;
  readonly severity: Severity;
  /** One sentence. */
  readonly message: string;
}

/**
 * What is wrong with the annotation. An error is what no word of it can mean; what is stored already only warns.
 * @param old as stored; undefined on create
 */
export function onChangeFindings(
  kind: WorkloadKind,
  object: KubernetesObject,
  old?: KubernetesObject,
): readonly OnChangeFinding[] {
  const text = annotationText(object, onChangeAnnotation);
  if (text === undefined) return [];
  const about = `${onChangeAnnotation} is ${quoted(text)}`;
  const isStored = annotationText(old, onChangeAnnotation) === text;
  if (!isJob(kind)) {
    const message = `${about}, but it acts on a Job only, and this is a ${kind.kind}; leave it out`;
    return isStored ? [] : [{ code: 'NotAJob', severity: 'Warning', message }];
  }
  const [unknown] = decodeOnChange(text).unknown;
  if (unknown !== undefined) {
    const message = `${about}, and ${quoted(unknown)} is no word that it knows${meant(unknown)}; write ${allowed}, or several of them separated by commas`;
    return [{ code: 'UnknownWord', severity: isStored ? 'Warning' : 'Error', message }];
  }
  if (annotationText(object, triggersAnnotation) !== undefined) return [];
  const message = `${about}, but the Job follows no tag: it has no annotation ${triggersAnnotation}`;
  return [{ code: 'NothingFollowed', severity: 'Warning', message }];
}

const allowed = onChangeWords.map((word, index) => (index === 0 ? word : `or ${word}`)).join(' ');

function meant(unknown: string): string {
  const word = closest(unknown, onChangeWords);
  return word === undefined ? '' : ` (did you mean "${word}"?)`;
}
