import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { runCommand } from './command.ts';
import { TestCluster } from './index.ts';

const directory = join(import.meta.dirname, '..', '..', '.github', 'workflows');

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

it.each(readdirSync(directory))('actionlint finds nothing in %s', async (file) => {
  // its other linters, which it looks for on the PATH, are not everywhere
  const args = ['-no-color', '-shellcheck=', '-pyflakes=', join(directory, file)];
  const { code, stdout, stderr } = await runCommand(cluster.program('actionlint'), args);
  expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
});
