import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkout } from '../../release/program.ts';

interface Workflow {
  readonly permissions?: object;
  readonly env?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: object;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: object;
}

const directory = join(checkout, '.github', 'workflows');
const files = readdirSync(directory);
const textOf = (file: string) => readFileSync(join(directory, file), 'utf8');
const workflowOf = (file: string) => parse(textOf(file)) as Workflow;

describe.each(files)('%s', (file) => {
  const { permissions, env, jobs } = workflowOf(file);
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

  it('gives its jobs nothing but what each asks for', () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions).toEqual(expect.anything());
  });

  it('pins every action by commit, with its version beside it', () => {
    const used = textOf(file)
      .split('\n')
      .filter((line) => /\buses: (?!\.\/)/.test(line));
    expect(used).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of used) expect(line).toMatch(/uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('hands secrets to no script, and puts no expression into one', () => {
    const environments = [
      env,
      ...Object.values(jobs).map((job) => job.env),
      ...steps.map((step) => step.env),
    ];
    expect(JSON.stringify(environments)).not.toContain('secrets.');
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });
});

describe('the actions', () => {
  it('are the same wherever they are used', () => {
    const used = files.flatMap((file) => [...textOf(file).matchAll(/uses: ([\w.-]+\/[\w.-]+)@(\S+)/g)]);
    const commits = new Map<string, Set<string>>();
    for (const [, action = '', commit = ''] of used) {
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, each]) => each.size > 1)).toEqual([]);
  });
});

describe('release.yaml', () => {
  const { jobs } = workflowOf('release.yaml');

  it.each([
    ['test', ['contents']],
    ['image', ['contents', 'packages', 'id-token', 'attestations']],
    ['chart', ['contents', 'packages', 'id-token', 'attestations']],
    ['release', ['contents']],
  ])('lets %s do what it has to', (job, permissions) => {
    expect(Object.keys(jobs[job]?.permissions ?? {})).toEqual(permissions);
  });

  it('tests first', () => expect(jobs['test']?.uses).toBe('./.github/workflows/ci.yaml'));
});
