import { Failure, type Party } from './failure.ts';
import { ForbiddenAddress } from './forbidden-address.ts';

const certificateCodes =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|ERROR_IN_CERT|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH|CRL_)/;
const noTlsCodes: readonly string[] = [
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
];
const timeoutCodes: readonly string[] = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'];
const lostCodes: readonly string[] = ['UND_ERR_SOCKET', 'UND_ERR_INFO', 'ECONNRESET', 'EPIPE'];
const nameCodes = /^(?:ENOTFOUND|ENODATA|EAI_)/;
/** For a server that answers TLS with something else. */
export const noTls =
  'it does not speak TLS; set importPolicy.insecure if images may come from it over plain HTTP';

/**
 * What an error of the connection means. Of the error itself only its code is used: messages may quote addresses, headers or
 * certificates.
 *
 * @param answered the head of an answer had arrived
 */
export function transportFailure(error: unknown, party: Party, answered: boolean): Failure {
  if (error instanceof ForbiddenAddress) {
    return new Failure('AddressForbidden', { party, detail: error.what });
  }
  const code = codeOf(error);
  if (answered) return new Failure('Unreachable', { party, detail: `connection lost, ${code}` });
  if (nameCodes.test(code)) return new Failure('HostNotFound', { party, detail: code });
  const unconnected = true;
  if (certificateCodes.test(code)) {
    return new Failure('UntrustedCertificate', { party, detail: code, unconnected });
  }
  if (noTlsCodes.includes(code)) return new Failure('Unreachable', { party, detail: noTls, unconnected });
  if (timeoutCodes.includes(code)) {
    return new Failure('Timeout', { party, detail: 'took no connection', unconnected });
  }
  if (isGarbage(error, code)) {
    return new Failure('NotARegistry', { party, unconnected });
  }
  return new Failure('Unreachable', { party, detail: code, unconnected });
}

/** What came is no HTTP. */
function isGarbage(error: unknown, code: string): boolean {
  const isParserError = error instanceof Error && error.name === 'HTTPParserError';
  return isParserError || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW';
}

/** Was the connection closed on a request that may well be sent again? */
export function isLostConnection(error: unknown): boolean {
  return lostCodes.includes(codeOf(error));
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  return cause instanceof Error ? codeOf(cause) : 'connection closed';
}
