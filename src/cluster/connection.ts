import type { Agent } from 'node:http';
import type { ConnectionOptions } from 'node:tls';

/** What a request needs to be let in. */
export interface Credentials {
  /** Lower-case names; `authorization` among them when there is a token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
  /** Set where a proxy lies between. */
  readonly agent?: Agent | undefined;
}

/** Where the API server is and how to be let in. */
export interface Connection {
  /** Scheme, host, port and, behind some proxies, a base path. */
  readonly server: URL;
  /** Namespace of the context or of the pod. */
  readonly namespace: string | undefined;
  /** Asked for every request, so that rotated tokens and certificates are seen. Rejects with an ApiError `Credentials`. */
  credentials(): Promise<Credentials>;
  /** Called when the server did not accept the credentials: read them again for the next request. */
  forget(): void;
}

/** Why there is no way to the API server. */
export type ConnectionErrorCode =
  | 'NoConfiguration'
  | 'UnreadableFile'
  | 'InvalidKubeconfig'
  | 'UnknownContext'
  | 'InsecureServer';

/** The configuration does not lead to an API server; the message is one sentence for a person. */
export class ConnectionError extends Error {
  readonly code: ConnectionErrorCode;

  constructor(code: ConnectionErrorCode, message: string) {
    super(message);
    this.name = 'ConnectionError';
    this.code = code;
  }
}
