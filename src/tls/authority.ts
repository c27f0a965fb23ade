import type { CertificatePair } from './pair.ts';
import { sign } from './signature.ts';
import { subjectFields } from './subject.ts';
import type { Validity } from './validity.ts';

/** What a new certificate authority is called and how long it lives. */
export interface AuthorityRequest extends Validity {
  readonly commonName: string;
}

/** Makes a self-signed authority that may sign end certificates only, no further authorities. */
export function issueAuthority({ commonName, notBefore, days }: AuthorityRequest): Promise<CertificatePair> {
  return sign({
    subject: subjectFields({ commonName }),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    ],
    validity: { notBefore, days },
  });
}
