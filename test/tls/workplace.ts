import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger } from '../../src/telemetry/index.ts';

/** A directory that is gone after the test, and a log that can be read. */
export interface Workplace {
  readonly directory: string;
  readonly logger: Logger;
  readonly lines: readonly LogLine[];
  remove(): Promise<void>;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly reason?: string;
  readonly action?: string;
}

export async function workplace(): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), 'imagestreams-tls-'));
  const lines: LogLine[] = [];
  const logger = await createLogger({
    format: 'json',
    stream: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  return { directory, logger, lines, remove: () => rm(directory, { recursive: true, force: true }) };
}
