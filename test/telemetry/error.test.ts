import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../src/telemetry/index.ts';

describe('describeError', () => {
  it.each([
    ['text', 'boom', { type: 'string', message: 'boom' }],
    ['nothing', undefined, { type: 'undefined', message: 'undefined' }],
    ['a number', 7, { type: 'number', message: '7' }],
  ])('describes %s that was thrown', (_what, thrown, expected) => {
    expect(describeError(thrown)).toEqual(expected);
  });

  it('lists the errors of an aggregate', () => {
    const error = new AggregateError([new Error('a'), 'b'], 'both failed');
    expect(describeError(error)).toMatchObject({
      type: 'AggregateError',
      message: 'both failed',
      errors: [{ message: 'a' }, { type: 'string', message: 'b' }],
    });
  });

  it('ends on an error that is its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"message"/g)).toHaveLength(9);
  });
});
