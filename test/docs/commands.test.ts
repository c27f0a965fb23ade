import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { blocksIn, checkout, pages, textOf } from './pages.ts';

// each test starts processes, and the machine may be busy
jest.setTimeout(30_000);

/** Commands that need no cluster and do not go on for ever. */
const runnable = /npm exec -- imagestreams (?:resolve|manifests)\b/;

/** What a page says of a command. Without output it only has to end well. */
interface Step {
  readonly page: string;
  readonly command: string;
  readonly output: readonly string[] | undefined;
  readonly code: number;
}

function stepsIn(page: string): readonly Step[] {
  return blocksIn(textOf(page))
    .flatMap(({ language, lines }): readonly Step[] => {
      if (language === 'console') return dialogue(page, lines);
      if (language !== 'sh') return [];
      return lines.map((command) => ({ page, command, output: undefined, code: 0 }));
    })
    .filter(({ command }) => runnable.test(command));
}

/** Lines that begin with `$ ` are typed, the others are answers; `echo $?` asks for the exit code of the command before it. */
function dialogue(page: string, lines: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  for (const part of lines.join('\n').split(/^\$ /m).slice(1)) {
    const [command = '', ...output] = part.trimEnd().split('\n');
    const before = steps.at(-1);
    if (command === 'echo $?' && before !== undefined)
      steps[steps.length - 1] = { ...before, code: Number(output[0]) };
    else steps.push({ page, command, output, code: 0 });
  }
  return steps;
}

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a command line as a person types it, but for the detour through npm. */
function run(command: string): Promise<Outcome> {
  const program = `'${process.execPath}' '${join(checkout, 'src/cli/main.ts')}'`;
  const line = `exec 2>&1; ${command.replaceAll('npm exec -- imagestreams', program)}`;
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', line], { cwd: checkout, env, maxBuffer: 16 * 2 ** 20 }, (error, output) =>
      resolve({ code: error === null ? 0 : Number(error.code), output }),
    );
  });
}

const steps = pages().flatMap(stepsIn);

describe('commands in the documentation', () => {
  it('are found', () => expect(steps.length).toBeGreaterThan(5));

  it.each(steps)('$page: $command', async ({ command, output, code }) => {
    const outcome = await run(command);
    expect(outcome).toMatchObject({ code });
    if (output === undefined) return;
    // a line with dots only stands for the rest
    const rest = output.indexOf('…');
    const said = outcome.output.trimEnd().split('\n');
    expect(rest < 0 ? said : said.slice(0, rest)).toEqual(rest < 0 ? output : output.slice(0, rest));
  });
});
