import { describe, expect, it } from '@jest/globals';
import { streamEvents } from '../../src/controllers/stream-events.ts';
import type { Settled, TagMove } from '../../src/imagestream/index.ts';

const settled = (moved: readonly TagMove[]): Settled => ({
  stream: { metadata: { name: 'app' } } as Settled['stream'],
  moved,
  ...{ failed: [], recovered: [], held: [], declared: [] },
});
const move = { tag: '1', from: 'sha256:1', to: 'sha256:2', reference: 'q.io/app@sha256:2' };

describe('the Event of a tag that moved', () => {
  it.each([
    [14, '; 14 workloads follow'],
    [1, '; 1 workload follows'],
    [0, ''],
    [undefined, ''],
  ] as const)('tells that %s workloads follow', (count, end) => {
    const [event] = streamEvents(settled([move]), (tag) => (tag === '1' ? count : 7));
    expect(event).toMatchObject({ type: 'Normal', reason: 'TagMoved' });
    expect(event?.note).toBe(`tag "1" points to q.io/app@sha256:2, before that to sha256:1${end}`);
  });
});
