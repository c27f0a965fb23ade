import type { TLSSocket } from 'node:tls';

/** Clients that a server takes: those with a certificate of an authority, by one of some names. */
export interface AcceptedClients {
  /** PEM of the authorities, as they are at the start. */
  readonly authorities: string;
  /** Common names and DNS names of which a certificate has to have one; any will do if empty. */
  readonly names: readonly string[];
  readonly onRefused: (client: RefusedClient) => void;
}

/** Somebody whose connection was ended before any request. */
export interface RefusedClient {
  /** Undefined where the connection is gone already. */
  readonly address: string | undefined;
  /** A clause about the client: `it showed no certificate`. */
  readonly reason: string;
}

/** Why a handshake that failed was refused; undefined where it failed for something else than the client's certificate. */
export function handshakeRefusal(
  error: Error & { readonly code?: string },
  { authorizationError }: TLSSocket,
): string | undefined {
  if (error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return 'it showed no certificate';
  // Node hands over its code, whatever the types say
  const code: unknown = authorizationError;
  if (code === undefined || code === null) return undefined;
  return `its certificate cannot be verified by the authorities that are trusted here (${String(code)})`;
}

/** Why a client whose certificate is good is refused by its name; undefined where it is not. */
export function nameRefusal(socket: TLSSocket, accepted: readonly string[]): string | undefined {
  if (accepted.length === 0) return undefined;
  const names = namesOf(socket);
  if (names.some((name) => accepted.includes(name))) return undefined;
  const shown = names.slice(0, mostShown).map((name) => JSON.stringify(name.slice(0, longestShown)));
  const allowed = accepted.map((name) => JSON.stringify(name)).join(', ');
  return `its certificate is for ${shown.join(', ') || 'nobody'}, and only ${allowed} may ask`;
}

const mostShown = 5;
const longestShown = 100;

function namesOf(socket: TLSSocket): readonly string[] {
  const { subject, subjectaltname = '' } = socket.getPeerCertificate();
  const common: unknown = subject?.CN;
  const commonNames = [common].flat().filter((name) => typeof name === 'string');
  // a name with a comma in it stands in quotes, and so is no name that anybody lists
  const dnsNames = subjectaltname.split(', ').filter((name) => name.startsWith('DNS:'));
  return [...commonNames, ...dnsNames.map((name) => name.slice('DNS:'.length))];
}
