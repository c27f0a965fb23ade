import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

let directory: string;

/** Bundled by a process of its own: esbuild does not accept the byte arrays of a jest context. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'imagestreams-bundle-'));
  const entry = `
    import { createLogger } from './src/telemetry/index.ts';
    const logger = await createLogger({ format: process.argv[2] });
    logger.info({ token: 's3cret' }, 'Hello.');
    process.exit(0);`;
  const options = {
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(directory, 'main.mjs'),
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  };
  const script = `await (await import('esbuild')).build(${JSON.stringify(options)})`;
  await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });
}, 60_000);
afterAll(() => rm(directory, { recursive: true }));

describe('a bundled logger', () => {
  it.each([
    ['json', /^\{"level":"info","time":"[^"]+","token":"\[redacted\]","msg":"Hello\."\}\n$/],
    ['text', /INFO.*Hello\.[\s\S]*token.*\[redacted\]/],
  ])('writes %s before the process ends', async (format, expected) => {
    const { stdout } = await run(process.execPath, [join(directory, 'main.mjs'), format], { cwd: directory });
    expect(stdout).toMatch(expected);
  });
});
