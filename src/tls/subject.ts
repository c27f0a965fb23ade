import type forge from 'node-forge';

/** The names of a certificate's owner: to Kubernetes the common name is the user and the organizations are its groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

/** ASN.1's UTF8String, throughout: the narrower string types of X.509 have no room for names such as `system:node:a@b`. */
const UTF8: number = 12;

export function subjectFields(subject: Subject): forge.pki.CertificateField[] {
  const field = (name: string, value: string) => ({ name, value, valueTagClass: UTF8 });
  return [
    ...(subject.organizations ?? []).map((organization) => field('organizationName', organization)),
    field('commonName', subject.commonName),
  ];
}

/** The subject of a parsed certificate, fit to be written again: forge reads UTF-8 as bytes but writes it from text. */
export function subjectOf(certificate: forge.pki.Certificate): forge.pki.CertificateField[] {
  return certificate.subject.attributes.map((field) =>
    field.valueTagClass === UTF8 && typeof field.value === 'string'
      ? { ...field, value: Buffer.from(field.value, 'latin1').toString('utf8') }
      : field,
  );
}
