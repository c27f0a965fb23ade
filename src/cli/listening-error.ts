import { UsageError } from './usage-error.ts';

/** Where was to be listened, and the option that says so. */
export interface WantedAddress {
  readonly host: string;
  readonly port: number;
  readonly option: string;
}

/** Says in one line why an address cannot be listened on; any other error stays as it is. */
export function listeningError(error: unknown, { host, port, option }: WantedAddress): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new UsageError(
        `port ${port} on ${host} is in use; choose another with ${option}, 0 for any free one`,
      );
    case 'EACCES':
      return new UsageError(`port ${port} on ${host} needs privileges; choose one above 1023 with ${option}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`${host} is no address of this machine; choose one that is`);
    default:
      return error;
  }
}
