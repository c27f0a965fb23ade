import { InvalidArgumentError } from 'commander';

/** Reads the value of an option that names a port; 0 stands for any free one. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  }
  return port;
}
