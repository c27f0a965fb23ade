import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../imagestream/index.ts';

/** Reads the value of an option that is a time, in milliseconds. */
export function duration(text: string): number {
  const value = parseDuration(text);
  if (value === undefined || value < 1_000) {
    throw new InvalidArgumentError('Write a duration of at least a second, such as 90s, 15m or 6h.');
  }
  return value;
}
