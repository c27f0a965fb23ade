/** The parts of a certificate set, named as Kubernetes and cert-manager name them. */
export const CERTIFICATE_FILES = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'] as const;
export type CertificateFile = (typeof CERTIFICATE_FILES)[number];

/** The PEM texts that are there; nothing is said of whether they are any good. */
export type CertificateFiles = Readonly<Partial<Record<CertificateFile, string>>>;

/** A place that keeps one certificate set. */
export interface CertificateStore {
  /** For messages: the directory, or the object in the cluster. */
  readonly location: string;
  /** Rejects with a TlsError `unreadable`; what is merely absent is left out. */
  load(): Promise<CertificateFiles>;
  /** Replaces the given parts, keys before their certificates, and leaves the others. Rejects with a TlsError `unwritable`. */
  save(files: CertificateFiles): Promise<void>;
}
