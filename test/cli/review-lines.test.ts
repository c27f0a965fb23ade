import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readableLine } from '../../src/cli/review-lines.ts';

const time = '2026-01-02T03:04:05.000Z';
const review = {
  time,
  webhook: 'mutate',
  operation: 'CREATE',
  kind: 'Pod',
  namespace: 'a',
  name: 'b',
  user: 'alice',
};
const read = (line: object) =>
  stripVTControlCharacters(readableLine(JSON.stringify(line))).replace(/^[\d:]{8} {2}/, '');

describe('a log line for a person', () => {
  it.each([
    [
      { ...review, verdict: 'Patched', images: ['web: keycloak:20 → quay.io/a/b@sha256:1'] },
      'mutate    alice creates Pod a/b: resolved\n            web: keycloak:20 → quay.io/a/b@sha256:1\n',
    ],
    [
      { ...review, webhook: 'validate', operation: 'UPDATE', verdict: 'Denied', refused: 'no' },
      'validate  alice updates Pod a/b: refused\n            no\n',
    ],
    [
      { ...review, verdict: 'Warned', warnings: ['careful'], dryRun: true },
      'mutate    alice creates Pod a/b (dry run): admitted with a warning\n            warning: careful\n',
    ],
    [{ ...review, verdict: 'Allowed' }, 'mutate    alice creates Pod a/b: nothing to do\n'],
    [
      { ...review, kind: 'ImageStream', verdict: 'Patched' },
      'mutate    alice creates ImageStream a/b: completed\n',
    ],
    [
      { ...review, kind: 'ImageStream', verdict: 'Denied' },
      'mutate    alice creates ImageStream a/b: refused\n',
    ],
    [{ time, level: 'info', msg: 'hello' }, 'hello\n'],
    [{ time, level: 'warn', msg: 'hello' }, 'warning: hello\n'],
    [{ time, level: 'error', msg: 'broke', err: { message: 'because' } }, 'error: broke: because\n'],
    [{ time, level: 'error', msg: 'broke because', err: { message: 'because' } }, 'error: broke because\n'],
  ])('reads %j', (line, text) => {
    expect(read(line)).toBe(text);
  });

  it('cannot be used to write to the terminal', () => {
    const line = JSON.stringify({ ...review, verdict: 'Denied', user: 'a\u001b[2Jb', refused: 'x\ny' });
    expect(readableLine(line)).not.toContain('\u001b[2J');
    expect(readableLine(line)).not.toContain('x\n');
  });
});
