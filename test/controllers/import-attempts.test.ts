import { describe, expect, it } from '@jest/globals';
import { ImportAttempts } from '../../src/controllers/import-attempts.ts';
import type { ImportResult, TagImport } from '../../src/imagestream/index.ts';

const request: TagImport = {
  tag: '20',
  from: 'quay.io/keycloak/keycloak:20',
  generation: 2,
  insecure: false,
  mode: 'PreserveOriginal',
  platform: { architecture: '', os: '' },
  cause: 'Requested',
};
const result: ImportResult = {
  request,
  outcome: { kind: 'Image', image: 'sha256:a', reference: 'x@sha256:a' },
};

describe('what is known of imports', () => {
  it.each<[string, Partial<TagImport>, number | undefined]>([
    ['the same wish', {}, 6_000],
    ['a newer wish', { generation: 3 }, undefined],
    ['another source', { from: 'quay.io/keycloak/keycloak:21' }, undefined],
    ['another mode', { mode: 'Legacy' }, undefined],
    ['another platform', { platform: { architecture: 'arm64', os: '' } }, undefined],
    ['another trust', { insecure: true }, undefined],
    ['a slot of the schedule', { cause: 'Scheduled' }, undefined],
  ])('lets %s begin when it is time', (_, change, until) => {
    const attempts = new ImportAttempts('uid');
    attempts.begin(request, 0);
    attempts.end(request, 1_000, result);
    expect(attempts.waitsUntil({ ...request, ...change }, 2_000)).toBe(until);
    expect(attempts.waitsUntil({ ...request, ...change }, 6_000)).toBeUndefined();
  });

  it('never lets the same import begin while it is under way', () => {
    const attempts = new ImportAttempts('uid');
    attempts.begin(request, 0);
    expect(attempts.waitsUntil({ ...request, cause: 'Scheduled' }, 60_000)).toBe(Number.POSITIVE_INFINITY);
    expect(attempts.running).toBe(1);
  });

  it('hands results over once, and takes back what could not be written, in their order', () => {
    const attempts = new ImportAttempts('uid');
    const other = { ...request, tag: '21' };
    for (const each of [request, other]) attempts.begin(each, 0);
    attempts.end(request, 1, result);
    const taken = attempts.take();
    attempts.end(other, 2, { ...result, request: other });
    attempts.giveBack(taken);
    expect(attempts.take().results.map((each) => each.request.tag)).toEqual(['20', '21']);
    expect(attempts.take().results).toEqual([]);
  });

  it('leaves a repository alone for longer after each failure, and not at all after a success', () => {
    const attempts = new ImportAttempts('uid');
    const delays: number[] = [];
    const delayMs = (failures: number) => {
      delays.push(failures);
      return failures * 1_000;
    };
    const asked = { repository: 'quay.io/a/b', insecure: false, mode: 'Legacy' } as const;
    for (const now of [0, 10_000]) {
      attempts.beginRepository(asked, now);
      expect(attempts.repositoryWaitsUntil(asked, now)).toBe(Number.POSITIVE_INFINITY);
      attempts.endRepository(asked, now, undefined, delayMs);
    }
    expect(delays).toEqual([1, 2]);
    expect(attempts.repositoryWaitsUntil(asked, 11_000)).toBe(12_000);
    for (const other of [{ repository: 'quay.io/a/c' }, { insecure: true }]) {
      expect(attempts.repositoryWaitsUntil({ ...asked, ...other }, 11_000)).toBeUndefined();
    }
    attempts.beginRepository(asked, 20_000);
    attempts.endRepository(asked, 20_000, { request: asked, outcome: { kind: 'Tags', tags: [] } }, delayMs);
    expect(attempts.repositoryWaitsUntil(asked, 25_000)).toBeUndefined();
  });

  it('gives up an import whose tag wants something else, and drops its result', () => {
    const attempts = new ImportAttempts('uid');
    const newer = { ...request, generation: 3 };
    const first = attempts.begin(request, 0);
    const second = attempts.begin(newer, 1);
    expect([first.aborted, second.aborted]).toEqual([true, false]);
    attempts.end(request, 2, result);
    expect(attempts.take().results).toEqual([]);
    attempts.end(newer, 3, { ...result, request: newer });
    expect(attempts.take().results.map((each) => each.request.generation)).toEqual([3]);
    expect(attempts.running).toBe(0);
  });

  it('waits ever longer when nothing is learned, whatever the cause', () => {
    const attempts = new ImportAttempts('uid');
    const again = { ...request, cause: 'Retry' } as const;
    const waits = [1, 2, 3].map(() => {
      attempts.begin(again, 0);
      attempts.end(again, 0, undefined);
      return attempts.waitsUntil(again, 0);
    });
    expect(waits).toEqual([5_000, 10_000, 20_000]);
  });

  it('forgets tags that are gone', () => {
    const attempts = new ImportAttempts('uid');
    const signal = attempts.begin(request, 5);
    attempts.keepOnly(new Set(['21']), false);
    expect([attempts.attempted('20'), signal.aborted]).toEqual([undefined, true]);
  });
});
