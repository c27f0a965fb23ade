import { describe, expect, it } from '@jest/globals';
import { judgeBroken, requestFailure } from '../../src/check/judge.ts';
import { ApiError } from '../../src/cluster/index.ts';

const cast = { namespace: 'play', name: 'check-1', repository: 'example.com/app' };

function codeOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

describe('a broken Deployment', () => {
  const refused = new ApiError('Invalid', 'admission webhook "x" denied the request: no such container');
  const silent = new ApiError('ServerError', 'failed calling webhook "x": no endpoints available');
  it.each([
    ['refused by the webhook', refused, undefined],
    ['admitted', undefined, 'BrokenTriggerAdmitted'],
    ['refused because nobody answered', silent, 'WebhookSilent'],
    ['refused by something else', new ApiError('Forbidden', 'exceeded quota'), 'RequestFailed'],
  ])('that is %s', (_, outcome, code) => {
    expect(codeOf(() => judgeBroken(outcome, cast))).toBe(code);
  });
});

describe('a request', () => {
  it.each([
    ['namespace', new ApiError('NotFound', 'namespaces "play" not found'), 'RequestFailed'],
    ['image streams', new ApiError('NotFound', 'no explanation was given'), 'StreamsNotServed'],
    ['API server', new ApiError('Unreachable', 'cannot be reached'), 'RequestFailed'],
  ])('without %s', (_, error, code) => {
    expect(requestFailure('it was asked', error).code).toBe(code);
  });
});
