import type { ObjectEvent, ObjectReference } from '../cluster/index.ts';
import type { BundleDamage, Step } from './next-step.ts';
import type { NamespacedName, RotationSettings } from './settings.ts';
import type { Observation } from './state.ts';

/**
 * Reasons of the Events about certificates. `AuthorityIssued`, `CertificateIssued`, `BundleWritten` and `AuthorityRetired` are the course of
 * things; `AuthorityMended`, `CertificateMended` and `BundleMended` follow on damage; `CertificatesStuck`: a step fails.
 */
export type CertificateEventReason =
  | 'AuthorityIssued'
  | 'AuthorityMended'
  | 'CertificateIssued'
  | 'CertificateMended'
  | 'BundleWritten'
  | 'BundleMended'
  | 'AuthorityRetired'
  | 'CertificatesStuck';

/** An Event whose reason is one of those. */
export interface CertificateEvent extends ObjectEvent {
  readonly reason: CertificateEventReason;
}

const action = 'KeepCertificates';

const damages: Readonly<Record<BundleDamage, string>> = {
  foreign: 'held something that this controller did not write',
  emptied: 'was emptied',
  changed: 'was changed',
};

/** What is said of a step that was taken; undefined when there is nothing to say. */
export function eventOf(
  step: Step,
  observation: Observation,
  settings: RotationSettings,
): CertificateEvent | undefined {
  switch (step.kind) {
    case 'IssueAuthority': {
      const { mends, reason, previous } = step;
      const kept =
        previous.length === 0 ? '' : `; trusted besides for now: ${counted(previous.length)} before it`;
      return {
        regarding: authorityReference(settings, observation.authority?.uid),
        ...graded(mends, 'AuthorityMended', 'AuthorityIssued'),
        action,
        note: `A new authority was made: ${reason.message}${kept}`,
      };
    }
    case 'IssueServing':
      return {
        regarding: secretReference(settings.serving, observation.serving.uid),
        ...graded(step.mends, 'CertificateMended', 'CertificateIssued'),
        action,
        note: `A new serving certificate was made: ${step.reason.message}`,
      };
    case 'WriteBundle': {
      const { registration, bundle, damage } = step;
      return {
        regarding: registrationReference(registration.kind, settings.configuration, registration.uid),
        ...graded(damage !== undefined, 'BundleMended', 'BundleWritten'),
        action,
        note:
          damage === undefined
            ? `caBundle trusts ${counted(bundle.length)} now`
            : `caBundle ${damages[damage]}; it trusts ${counted(bundle.length)} again. Whoever writes this object should leave caBundle out`,
      };
    }
    case 'RetireAuthorities':
      return {
        regarding: authorityReference(settings, observation.authority?.uid),
        type: 'Normal',
        reason: 'AuthorityRetired',
        action,
        note: `Nothing that ${counted(step.retired.length)} before this one signed is valid any more, so it will be taken out of caBundle`,
      };
    case 'Rest':
      return undefined;
  }
}

/** What is said when a step fails for a reason that looking again does not mend. */
export function stuckEvent(message: string, settings: RotationSettings): CertificateEvent {
  return {
    regarding: secretReference(settings.serving, undefined),
    type: 'Warning',
    reason: 'CertificatesStuck',
    action,
    note: `The webhook's certificates cannot be kept in order: ${message}`,
  };
}

function graded(mends: boolean, mended: CertificateEventReason, issued: CertificateEventReason) {
  return mends
    ? ({ type: 'Warning', reason: mended } as const)
    : ({ type: 'Normal', reason: issued } as const);
}

function counted(number: number): string {
  return number === 1 ? 'one authority' : `${number} authorities`;
}

function authorityReference(settings: RotationSettings, uid: string | undefined): ObjectReference {
  return secretReference(settings.authority ?? settings.serving, uid);
}

function secretReference({ namespace, name }: NamespacedName, uid: string | undefined): ObjectReference {
  return { apiVersion: 'v1', kind: 'Secret', namespace, name, uid };
}

function registrationReference(kind: string, name: string, uid: string | undefined): ObjectReference {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, name, uid };
}
