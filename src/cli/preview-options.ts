import type { Command } from 'commander';
import { portNumber } from './port-number.ts';

/** Where and how the controller answers what would become of workloads if a tag moved. */
export interface PreviewOptions {
  readonly previewHost: string;
  readonly previewPort: number;
  readonly previewCertificateSecret?: string;
  readonly previewCertificateDirectory?: string;
  readonly previewGenerateCertificate?: string;
  readonly previewServerName: readonly string[];
  readonly previewAudience: readonly string[];
}

export function withPreviewOptions(command: Command): Command {
  return command
    .option('--preview-host <address>', 'address to serve previews on (HTTPS)', '0.0.0.0')
    .option('--preview-port <port>', 'port of the same; 0 for any free one', portNumber, 8443)
    .option(
      '--preview-certificate-secret <namespace/name>',
      'serve previews, with tls.crt and tls.key of a Secret, read through the API; changes count at once',
    )
    .option(
      '--preview-certificate-directory <dir>',
      'serve previews, with tls.crt and tls.key made by somebody else; changes are picked up',
    )
    .option(
      '--preview-generate-certificate <dir>',
      'serve previews, and keep an own CA and serving certificate there',
    )
    .option('--preview-server-name <name...>', 'DNS names and IP addresses for the generated certificate', [
      '127.0.0.1',
    ])
    .option(
      '--preview-audience <name...>',
      'take tokens for one of these audiences only (default: those that the API server takes)',
      [],
    );
}
