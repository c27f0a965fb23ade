import { ageFault } from '../tls/index.ts';
import { type Fault, isFault, type Leaf, type TrustedCertificate } from './state.ts';

/** Why a certificate is made anew; codes as of generated certificates. */
export interface Reason {
  readonly code: 'missing' | 'broken' | 'untrusted' | 'names' | 'not-yet-valid' | 'ageing' | 'expired';
  /** What was seen, without a full stop. */
  readonly message: string;
}

/** Why an authority cannot sign, or should not for long; undefined when all is well. */
export function authorityReason(
  authority: { readonly trusted: TrustedCertificate } | Fault,
  now: number,
): Reason | undefined {
  return isFault(authority) ? authority : ageFault(authority.trusted, 'ca.crt', now);
}

/** Why a serving certificate is not what it should be. */
export function leafReason(
  leaf: Leaf | Fault,
  authority: TrustedCertificate,
  previous: readonly TrustedCertificate[],
  now: number,
): Reason | undefined {
  if (isFault(leaf)) return leaf;
  const age = ageFault(leaf, 'tls.crt', now);
  if (age !== undefined && age.code !== 'ageing') return age;
  if (!leaf.signedBy(authority)) {
    const signer = previous.some((each) => leaf.signedBy(each)) ? 'the authority before' : 'somebody else';
    return { code: 'untrusted', message: `tls.crt is signed by ${signer}` };
  }
  if (leaf.lackingNames.length > 0) {
    return { code: 'names', message: `tls.crt does not name ${leaf.lackingNames.join(', ')}` };
  }
  return age;
}
