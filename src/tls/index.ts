export type { AcceptedClients, RefusedClient } from './accepted-clients.ts';
export { AuthoritiesFile, type AuthoritiesFileOptions } from './authorities-file.ts';
export { type AuthorityRequest, issueAuthority } from './authority.ts';
export {
  type CertificateRequest,
  type CertificateUsage,
  issueCertificate,
  type ServerNames,
} from './certificate.ts';
export { certificateDirectory } from './directory.ts';
export { TlsError, type TlsErrorCode } from './error.ts';
export { type HttpsAnswer, HttpsServer, type HttpsServerOptions } from './https-server.ts';
export { inspectPair, uncoveredNames } from './inspection.ts';
export { type AgeFault, ageFault, type Life, lifeOf, renewAt } from './life.ts';
export type { CertificatePair } from './pair.ts';
export { providedCertificate } from './provided.ts';
export {
  type CertificateSet,
  decideRenewal,
  type Renewal,
  type RenewalCode,
  type RenewalReason,
} from './renewal.ts';
export type { ServedCertificate } from './served.ts';
export { type ServingCertificateOptions, servingCertificate } from './serving.ts';
export {
  CERTIFICATE_FILES,
  type CertificateFile,
  type CertificateFiles,
  type CertificateStore,
} from './store.ts';
export type { Subject } from './subject.ts';
export { DAY_MS, type Validity } from './validity.ts';
export { type CertificateSource, CertificateWatch, type CertificateWatchOptions } from './watch.ts';
