import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { ApiClient, ApiError, connect, LeaderElection, leasePermissions } from '../../src/cluster/index.ts';
import { TestCluster, waitFor } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const log: { readonly code?: string; readonly level: number }[] = [];
let kubeconfig = '';
let namespace = '';
let running: { readonly stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  kubeconfig = await cluster.kubeconfigFor({ user: 'candidate' });
  namespace = await cluster.namespace();
  await cluster.grant({ user: 'candidate', namespace, rules: leasePermissions });
});
afterEach(async () => {
  await Promise.all(running.map(({ stop }) => stop()));
  running = [];
  log.length = 0;
});
afterAll(() => cluster.close());

/** A candidate with times that a test can wait for. */
async function candidate(identity: string) {
  const connection = await connect({ kubeconfig });
  const client = new ApiClient({ connection, userAgent: 'test/1' });
  const cutOff = () => {
    connection.credentials = () => Promise.reject(new ApiError('Credentials', 'cut off'));
  };
  const changes: boolean[] = [];
  const election = new LeaderElection({
    client,
    namespace,
    name: 'controller',
    identity,
    logger: pino({ level: 'info' }, { write: (line: string) => log.push(JSON.parse(line)) }),
    leaseDurationMs: 3_000,
    renewDeadlineMs: 2_000,
    retryPeriodMs: 200,
    onChange: (leading) => changes.push(leading),
  });
  const stopped = new AbortController();
  const run = election.run(
    (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    stopped.signal,
  );
  const stop = async () => {
    stopped.abort();
    await run;
    client.close();
  };
  running.push({ stop });
  return { election, changes, stop, cutOff };
}

async function lease(): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await cluster.kubectl(['get', 'lease', 'controller', '-n', namespace, '-o', 'json']);
  return JSON.parse(stdout).spec;
}

const leads = (name: string, { election }: { readonly election: LeaderElection }) =>
  waitFor(`${name} to lead`, () => election.leading, { until: Boolean });

describe('a real Lease', () => {
  it('is made, renewed, given back and taken over', async () => {
    const one = await candidate('one');
    await leads('one', one);
    const first = await lease();
    expect(first).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 3, leaseTransitions: 0 });
    await waitFor('a renewal', lease, { until: ({ renewTime }) => renewTime !== first['renewTime'] });
    expect((await lease())['acquireTime']).toBe(first['acquireTime']);

    const two = await candidate('two');
    await waitFor('two to see one', () => log.length, { until: (lines) => lines === 2 });
    await one.stop();
    await leads('two', two);
    expect(one.changes).toEqual([true, false]);
    expect(await lease()).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
    await two.stop();
    expect(await lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(log.filter(({ level }) => level > 30)).toEqual([]);
  });

  it('is taken over once it has expired', async () => {
    const one = await candidate('one');
    await leads('one', one);
    one.cutOff();
    const two = await candidate('two');
    await leads('two', two);
    expect(one.election.leading).toBe(false);
    expect(await lease()).toMatchObject({ holderIdentity: 'two' });
  });

  it('is left alone by those who may not have it, and they say so once', async () => {
    const { stdout } = await cluster.kubectl(['auth', 'can-i', '--list', '-n', namespace], { kubeconfig });
    expect(stdout).toMatch(/leases\.coordination\.k8s\.io +\[\] +\[\] +\[get create update\]/);
    kubeconfig = await cluster.kubeconfigFor({ user: 'stranger' });
    const stranger = await candidate('stranger');
    await waitFor('a complaint', () => log.length, { until: Boolean });
    expect(log).toMatchObject([{ code: 'Forbidden' }]);
    expect(stranger.election.leading).toBe(false);
  });
});
