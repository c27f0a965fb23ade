/** A certificate and its private key, both PEM. */
export interface CertificatePair {
  /** One certificate, or a chain that begins with the certificate of {@link key}. */
  readonly certificate: string;
  /** PKCS#8 where this project made it. */
  readonly key: string;
}
