import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { describeError } from './error.ts';
import { SECRET_PATHS } from './secrets.ts';

export type { Logger } from 'pino';

/** From the quietest to the most talkative; `silent` writes nothing. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `json`: one object per line, for machines. `text`: readable lines, for a terminal. */
export type LogFormat = 'json' | 'text';

export interface LoggerOptions {
  /** `info` unless told. */
  readonly level?: LogLevel;
  /** `text` when standard output is a terminal, else `json`. */
  readonly format?: LogFormat;
  /** Standard output unless told. */
  readonly stream?: DestinationStream;
}

const STDOUT = 1;

/**
 * Makes the process's logger. Lines are written synchronously: none is lost when the process dies.
 * Secrets are blotted out ({@link SECRET_PATHS}); an error under `err` or `error` is written with its causes.
 */
export async function createLogger(options: LoggerOptions = {}): Promise<Logger> {
  const format = options.format ?? (process.stdout.isTTY ? 'text' : 'json');
  const output = options.stream ?? destination({ dest: STDOUT, sync: true });
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      redact: { paths: [...SECRET_PATHS], censor: '[redacted]' },
    },
    format === 'text' ? await readable(output, options.stream === undefined) : output,
  );
}

/** Loaded only here, and as a plain stream: a worker-thread transport would not survive bundling. */
async function readable(output: DestinationStream, colorize: boolean): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss' });
  return { write: (line) => output.write(pretty(line)) };
}
