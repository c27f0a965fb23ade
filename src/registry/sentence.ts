import type { RegistryErrorCode } from './error.ts';
import type { Failure, Party } from './failure.ts';

/** What a failed question was about. */
export interface Subject {
  /** The registry that was asked, as the user or a mirror rule names it. */
  readonly host: string;
  /** The image, or the repository, with all defaults filled in. */
  readonly reference: string;
}

interface Words extends Subject {
  /** Who failed. */
  readonly who: string;
  readonly detail: string;
}

const parties: Readonly<Record<Party, (host: string) => string>> = {
  Registry: (host) => `the registry ${host}`,
  TokenServer: (host) => `the token server of the registry ${host}`,
  Redirect: (host) => `the host to which the registry ${host} redirects`,
  Controller: () => 'the controller',
};

/** The first two in OpenShift's words (image-streams.md §5.3), which tools look for. */
const sentences: Readonly<Record<RegistryErrorCode, (words: Words) => string>> = {
  NotFound: ({ reference }) => `dockerimage.image.openshift.io "${reference}" not found`,
  Unauthorized: ({ reference }) => `you may not have access to the container image "${reference}"`,
  Forbidden: ({ who, reference }) =>
    `${who} refuses access to "${reference}": the account of the pull secret needs permission to pull it`,
  TooManyRequests: ({ who, reference, detail }) =>
    `${who} ${detail || 'takes no more requests for now'}; "${reference}" is tried again later`,
  ServerError: ({ who, reference, detail }) =>
    `${who} failed with ${detail} when asked for "${reference}"; it is tried again`,
  Unreachable: ({ who, reference, detail }) => `${who} cannot be reached for "${reference}" (${detail})`,
  HostNotFound: ({ who, reference, detail }) =>
    `${who} cannot be asked for "${reference}": its host name has no address (${detail})`,
  UntrustedCertificate: ({ who, reference, detail }) =>
    `the certificate of ${who} is not trusted (${detail}): have it replaced, add its authority to the CA bundle of the controller, or set importPolicy.insecure to import "${reference}" without this check`,
  Timeout: ({ who, reference, detail }) => `${who} ${detail} in time when asked for "${reference}"`,
  DigestMismatch: ({ who, reference }) =>
    `what ${who} sent for "${reference}" does not have the digest that it should`,
  TooLarge: ({ who, reference, detail }) => `${who} sent more than ${detail} when asked for "${reference}"`,
  NotARegistry: ({ who, reference }) =>
    `${who} does not answer as an image registry when asked for "${reference}": check the host, the port and the path`,
  UnsupportedManifest: ({ reference, detail }) => `"${reference}" ${detail}`,
  NoMatchingPlatform: ({ reference, detail }) => `"${reference}" ${detail}`,
  AddressForbidden: ({ who, reference, detail }) =>
    `${who} is not asked for "${reference}": it has ${detail}, which imports may not reach`,
  RegistryNotAllowed: ({ reference, detail }) => `"${reference}" ${detail}`,
  InvalidReference: ({ reference, detail }) => `"${reference}" is not a pull spec: ${detail}`,
  InvalidResponse: ({ who, reference, detail }) =>
    `${who} gave no valid answer when asked for "${reference}": ${detail}`,
};

/** A failure in one sentence for a user. */
export function sentenceOf(failure: Failure, subject: Subject): string {
  const who = parties[failure.party](subject.host);
  return sentences[failure.code]({ ...subject, who, detail: failure.detail });
}
