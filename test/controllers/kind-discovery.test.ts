import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ApiClient } from '../../src/cluster/index.ts';
import { discoverKinds, type ServedKind } from '../../src/controllers/index.ts';
import { builtInTable, type WorkloadTable } from '../../src/workloads/index.ts';
import { status } from '../cluster-client/api-server.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { rollout, tableWith, withRollouts } from '../workloads/rollouts.ts';

const rolloutsPath = '/apis/argoproj.io/v1alpha1';
const rolloutResource = { name: 'rollouts', kind: 'Rollout', namespaced: true };
const builtIn = { '/api/v1': [{ name: 'pods' }], '/apis/apps/v1': [{ name: 'deployments' }] };

/** Resources by path; a number is a status to fail with. */
let served: Record<string, readonly object[] | number>;
let told: (readonly string[])[];
let lines: { readonly kind?: string; readonly reason?: string }[];
let server: HttpServer;
let client: ApiClient;
let clock: ManualClock;
let stop: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  served = { ...builtIn };
  told = [];
  lines = [];
  clock = new ManualClock();
  stop = new AbortController();
  running = Promise.resolve();
  server = await new HttpServer(({ url }, response) => {
    const resources = served[url.pathname] ?? 404;
    if (typeof resources === 'number') json(response, resources, status(resources, 'Failed'));
    else json(response, 200, { kind: 'APIResourceList', resources });
  }).start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'test' });
});
afterEach(async () => {
  stop.abort();
  await running;
  client.close();
  await server.stop();
});

function discover(workloads: WorkloadTable): void {
  const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const onServed = (kinds: readonly ServedKind[]) => void told.push(kinds.map(({ id }) => id));
  running = discoverKinds({ client, workloads, clock, logger, onServed }, stop.signal);
}

/** Until it waits, then lets it ask again. */
async function askAgain(): Promise<void> {
  await eventually(() => clock.pending.length > 0);
  const asked = server.requests.length;
  clock.advance(15_000);
  await eventually(() => server.requests.length > asked && clock.pending.length > 0);
}

const always = ['pods', 'deployments.apps'];
const withRollout = [...always, 'rollouts.argoproj.io'];

describe('discovery of kinds', () => {
  it('asks once where there are only built-in kinds', async () => {
    discover(builtInTable);
    await running;
    expect(told).toEqual([always]);
  });

  it('asks for those until the cluster answers', async () => {
    served['/apis/apps/v1'] = 500;
    discover(withRollouts);
    await eventually(() => clock.pending.length > 0);
    expect(told).toEqual([]);
    served = { ...builtIn };
    clock.advance(5_000);
    await eventually(() => told.length > 0);
    expect(told).toEqual([always]);
  });

  it('finds a configured kind when it comes, and when it is gone', async () => {
    discover(withRollouts);
    await askAgain();
    expect(told).toEqual([always]);
    served[rolloutsPath] = [rolloutResource, { name: 'rollouts/status' }];
    await askAgain();
    expect(told).toEqual([always, withRollout]);
    await askAgain();
    delete served[rolloutsPath];
    await askAgain();
    expect(told).toEqual([always, withRollout, always]);
  });

  it('says once why a configured kind is not followed', async () => {
    discover(withRollouts);
    await askAgain();
    await askAgain();
    expect(lines).toMatchObject([
      {
        kind: 'rollouts.argoproj.io',
        reason:
          'the cluster serves no such resource of kind Rollout in namespaces (v1alpha1); it is looked for every 15 s',
      },
    ]);
  });

  it.each([
    ['another kind', { ...rolloutResource, kind: 'Other' }],
    ['one without namespaces', { ...rolloutResource, namespaced: false }],
  ])('takes %s for none of the configured', async (_, resource) => {
    served[rolloutsPath] = [resource];
    discover(withRollouts);
    await eventually(() => told.length > 0);
    expect(told).toEqual([always]);
  });

  it('is not held up by an API that is down, and keeps what it knows of it', async () => {
    const other = { ...rollout, group: 'aggregated.example.com' };
    served[rolloutsPath] = [rolloutResource];
    served['/apis/aggregated.example.com/v1alpha1'] = 503;
    discover(tableWith(other, rollout));
    await askAgain();
    expect(told).toEqual([withRollout]);
    served[rolloutsPath] = 503;
    await askAgain();
    expect(told).toEqual([withRollout]);
  });

  it('takes the newest version that is served', async () => {
    const versions = ['v1', 'v1alpha1'];
    served[rolloutsPath] = [rolloutResource];
    discover(tableWith({ ...rollout, versions }));
    await askAgain();
    served['/apis/argoproj.io/v1'] = [rolloutResource];
    await askAgain();
    expect(told).toEqual([withRollout, withRollout]);
  });
});
