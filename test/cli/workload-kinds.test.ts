import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { workloadsOf } from '../../src/cli/workload-kinds.ts';
import { builtInTable } from '../../src/workloads/index.ts';
import { run } from './program.ts';

// some tests start processes, and the machine may be busy
jest.setTimeout(30_000);

const directory = mkdtempSync(join(tmpdir(), 'workload-kinds-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, 'kinds.yaml');
  writeFileSync(path, text);
  return path;
}

const kind = (templatePath: string) =>
  `kinds: [{group: argoproj.io, versions: [v1alpha1], resource: rollouts, kind: Rollout, templatePath: ${templatePath}}]`;

describe('--workload-kinds', () => {
  it('adds kinds to the built-in ones, which are all there is without it', async () => {
    const { kinds } = await workloadsOf({ workloadKinds: file(kind('spec.template')) });
    expect(kinds.at(-1)?.resource).toBe('rollouts');
    expect(await workloadsOf({})).toBe(builtInTable);
  });

  it('is refused with everything that is wrong with it', async () => {
    const workloadKinds = file(kind('.spec.template'));
    await expect(workloadsOf({ workloadKinds })).rejects.toThrow(
      `workload kinds file ${workloadKinds} cannot be used:\n  kinds[0].templatePath: ".spec.template" has an empty field name`,
    );
  });

  it.each([
    ['that is missing', 'nowhere.yaml', undefined, 'ENOENT'],
    ['that is no YAML', 'kinds.yaml', 'kinds: [', 'Flow'],
    [
      'that is larger than a ConfigMap',
      'kinds.yaml',
      ' '.repeat(2 ** 20 + 1),
      'it is larger than 1048576 bytes',
    ],
  ])('is refused for a file %s', async (_, name, text, why) => {
    if (text !== undefined) file(text);
    const workloadKinds = join(directory, name);
    await expect(workloadsOf({ workloadKinds })).rejects.toThrow(
      new RegExp(`^workload kinds file ${workloadKinds} cannot be read: .*${why}`),
    );
  });

  it.each([
    ['manifests', ['--service', 'a/b']],
    ['resolve', ['--streams', 'examples/streams', '-f', 'examples/workloads']],
    ['serve', ['--streams', 'examples/streams', '--certs', directory, '--port', '0']],
    ['webhook', ['--generate-certificate', directory]],
    ['controller', []],
  ])('ends %s at once where it cannot be used', async (command, args) => {
    const { code, stdout, stderr } = await run([command, ...args, '--workload-kinds', file('kinds: x')]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^imagestreams: workload kinds file \S+ cannot be used:\n {2}kinds: expected a list/,
    );
  });
});
