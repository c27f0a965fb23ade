import { afterEach, describe, expect, it } from '@jest/globals';
import { CheckError, check } from '../../src/check/index.ts';
import { ApiClient, systemClock } from '../../src/cluster/index.ts';
import { plainConnection } from '../cluster-client/http-server.ts';
import { type Faults, PlayedCluster } from './played-cluster.ts';

let cluster: PlayedCluster;
let client: ApiClient;
afterEach(async () => {
  client.close();
  await cluster.http.stop();
});

/** What the check says of a cluster with those faults. */
async function play(
  faults: Faults = {},
  options: { imported?: string; rollouts?: boolean; ended?: boolean } = {},
) {
  cluster = new PlayedCluster(faults);
  await cluster.http.start();
  client = new ApiClient({ connection: plainConnection(cluster.http), userAgent: 'test' });
  const told: string[] = [];
  const { imported, rollouts = true, ended = false } = options;
  const failure: unknown = await check({
    ...{ client, imported, rollouts, clock: systemClock },
    cast: { namespace: 'play', name: 'check-1', repository: 'example.com/app' },
    patienceMs: 0,
    signal: ended ? AbortSignal.abort() : new AbortController().signal,
    tell: (sentence) => told.push(sentence),
  }).catch((error: unknown) => error);
  return { told, failure };
}

describe('a check', () => {
  it('tells of each thing that works, and leaves nothing', async () => {
    const { told, failure } = await play();
    expect(failure).toBeUndefined();
    expect(told).toEqual([
      'an alias has the image of the tag that it points to',
      'a Pod that names the alias gets its digest',
      'a broken trigger annotation is refused',
      'a Deployment that follows the alias has its image',
      'the alias moved, and the Deployment with it',
    ]);
    expect([...cluster.objects.keys()]).toEqual([]);
  });

  it('stores no Pod and no broken Deployment', async () => {
    await play();
    const created = cluster.http.requests.filter(({ method }) => method === 'POST');
    const stored = created.filter(({ url }) => !url.searchParams.has('dryRun'));
    expect(created).toHaveLength(4);
    expect(stored.map(({ url }) => url.pathname.split('/').at(-1))).toEqual(['imagestreams', 'deployments']);
  });

  it('imports what it is told to', async () => {
    const { told, failure } = await play({}, { imported: 'example.com/app:1' });
    expect(failure).toBeUndefined();
    expect(told.at(-1)).toBe('"example.com/app:1" is imported');
  });

  it('expects no rollout where there are none', async () => {
    const { failure } = await play({ triggersOff: true }, { rollouts: false });
    expect(failure).toBeUndefined();
  });

  it('waits until its role is known', async () => {
    const { failure } = await play({ unknownRole: 2 });
    expect(failure).toBeUndefined();
  });

  const registry = { imported: 'example.com/app:1' };
  it.each<[string, Faults, { imported?: string; ended?: boolean }, RegExp]>([
    ['StreamsNotServed', { noStreams: true }, {}, /^the cluster serves no image streams: .*could not find/],
    [
      'WebhookSilent',
      { webhookAway: true },
      {},
      /^no webhook answered when .*are its pods ready.*connection refused$/,
    ],
    [
      'NameNotResolved',
      { unregistered: true },
      {},
      /image "check-1:stable", not "example.com\/app@sha256:1+": no webhook/,
    ],
    [
      'TagNotFollowed',
      { controllerAway: true },
      {},
      /^tag "stable" of image stream "check-1" .* does a controller run/,
    ],
    ['NotRolledOut', { triggersOff: true }, {}, /^Deployment "check-1" .* after tag "stable" moved to it/],
    [
      'ImportFailed',
      { importFailure: 'no route' },
      registry,
      /^"example.com\/app:1" .*: Unreachable: no route$/,
    ],
    ['Interrupted', {}, { ended: true }, /ended before it was done/],
  ])('fails with %s and says why', async (code, faults, options, sentence) => {
    const { failure } = await play(faults, options);
    expect(failure).toBeInstanceOf(CheckError);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(sentence) });
    expect([...cluster.objects.keys()]).toEqual([]);
  });
});
