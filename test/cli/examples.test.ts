import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import {
  type AdmissionRequest,
  decodeReview,
  defaultSettings,
  mutate,
  validate,
} from '../../src/admission/index.ts';
import { StreamDirectory } from '../../src/cli/stream-directory.ts';
import { imagePolicy } from '../../src/policy/index.ts';
import { checkout, run } from './program.ts';

const examples = join(checkout, 'examples');
const around = {
  settings: defaultSettings,
  streams: new StreamDirectory(join(examples, 'streams'), 'default'),
  excludedRules: () => new Set<string>(),
};
const names = (folder: string) => readdirSync(join(examples, folder));
const read = (folder: string, name: string) => readFileSync(join(examples, folder, name), 'utf8');
const resolve = (...args: string[]) => run(['resolve', '--streams', 'examples/streams', ...args]);

function requestIn(name: string): AdmissionRequest {
  const review = decodeReview(read('reviews', name));
  if (!review.ok) throw new Error(review.message);
  return review.request;
}

// each test starts processes, and the machine may be busy
jest.setTimeout(30_000);

describe('the examples', () => {
  it('hold reviews that end as their names say', async () => {
    const answers = await Promise.all(
      names('reviews').map(async (name) => {
        const request = requestIn(name);
        const [mutated, validated] = [await mutate(request, around), await validate(request, around)];
        return [name, mutated.answer.allowed, mutated.decision?.rewrites.length, validated.answer.allowed];
      }),
    );
    expect(answers).toEqual([
      ['refused-tag.json', false, 0, true],
      ['refused-trigger.json', true, 0, false],
      ['rewritten.json', true, 1, true],
    ]);
  });

  it.each(names('workloads'))(
    'hold the workload %s, which resolves and then stays as it is',
    async (name) => {
      const first = await resolve('-f', `examples/workloads/${name}`);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout).not.toMatch(/image: "?keycloak:/);
      const again = await run(['resolve', '--streams', 'examples/streams', '-f', '-'], {
        input: first.stdout,
      });
      expect(again).toEqual(first);
    },
  );

  it.each(names('workload-kinds').filter((name) => name !== 'kinds.yaml'))(
    'hold %s of a configured kind, which resolves and then stays as it is',
    async (name) => {
      const kinds = ['--workload-kinds', 'examples/workload-kinds/kinds.yaml'];
      const first = await resolve(...kinds, '-f', `examples/workload-kinds/${name}`);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout).not.toMatch(/image: "?keycloak:/);
      const again = ['resolve', '--streams', 'examples/streams', ...kinds, '-f', '-'];
      expect(await run(again, { input: first.stdout })).toEqual(first);
    },
  );

  it.each(names('policies'))('hold the policy %s, about which there is nothing to say', (name) => {
    expect(imagePolicy(parse(read('policies', name)), {})).toMatchObject({ ok: true, warnings: [] });
  });

  it.each([
    ['allowed-registries.yaml', 'keycloak', 0, ''],
    ['allowed-registries.yaml', 'elsewhere', 1, 'prohibited by policy'],
    ['require-exact.yaml', 'keycloak', 0, ''],
    ['require-exact.yaml', 'postgresql', 0, ''],
    ['require-exact.yaml', 'untriggered', 1, 'it is not an exact image reference'],
  ])('hold the policy %s, which answers %s with exit code %d', async (policy, workload, code, said) => {
    const file = { elsewhere: 'keycloak', untriggered: 'postgresql' }[workload] ?? workload;
    const text = read('workloads', `${file}.yaml`);
    const input = {
      elsewhere: text.replace('image: keycloak:20 ', 'image: docker.io/library/busybox '),
      untriggered: text.replace(/^.*openshift.io\/triggers.*$/m, ''),
    }[workload];
    const args = [
      'resolve',
      '--streams',
      'examples/streams',
      '--policy',
      `examples/policies/${policy}`,
      '-f',
      '-',
    ];
    const outcome = await run(args, { input: input ?? text });
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toContain(said);
  });
});
