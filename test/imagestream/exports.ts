import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ImageStream } from '../../src/imagestream/index.ts';

const directory = join(import.meta.dirname, 'fixtures');

/** An image stream as OpenShift or its tools write it. */
export interface StreamExport {
  readonly file: string;
  readonly yaml: string;
  readonly stream: ImageStream;
}

/** Those of `test/imagestream/fixtures`, without what only a certain cluster could have set: `uid`, `resourceVersion`. */
export const streamExports: readonly StreamExport[] = readdirSync(directory)
  .sort()
  .map((file) => {
    const yaml = readFileSync(join(directory, file), 'utf8');
    return { file, yaml, stream: parse(yaml) as ImageStream };
  });
