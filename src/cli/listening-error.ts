import { UsageError } from './usage-error.ts';

/** Says in one line why a port cannot be listened on; any other error stays as it is. */
export function listeningError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new UsageError(
        `port ${port} on ${host} is in use; choose another with --port, 0 for any free one`,
      );
    case 'EACCES':
      return new UsageError(`port ${port} on ${host} needs privileges; choose one above 1023 with --port`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`${host} is no address of this machine; choose one with --host`);
    default:
      return error;
  }
}
