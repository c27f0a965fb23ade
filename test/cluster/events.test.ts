import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import {
  ApiClient,
  connect,
  EventRecorder,
  type EventRecorderOptions,
  eventPermissions,
  type ObjectReference,
} from '../../src/cluster/index.ts';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const closing: (() => unknown)[] = [];
const log: { readonly code?: string }[] = [];
let kubeconfig = '';
let namespace = '';
let stream: ObjectReference;

beforeAll(async () => {
  kubeconfig = await cluster.kubeconfigFor({ user: 'reporter' });
  await cluster.grant({ user: 'reporter', rules: eventPermissions });
  namespace = await cluster.namespace();
  await writeStream(cluster, namespace, 'keycloak', { '20': `quay.io/keycloak/keycloak@${digest(1)}` });
  const uid = (await kubectl('get', 'is', 'keycloak', '-o', 'jsonpath={.metadata.uid}')).trim();
  stream = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', namespace, name: 'keycloak', uid };
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  log.length = 0;
});
afterAll(() => cluster.close());

async function kubectl(...args: readonly string[]): Promise<string> {
  return (await cluster.kubectl([...args, '-n', namespace])).stdout;
}

async function recorder(options: Partial<EventRecorderOptions> = {}): Promise<EventRecorder> {
  const client = new ApiClient({ connection: await connect({ kubeconfig }), userAgent: 'test/1' });
  closing.push(() => client.close());
  return new EventRecorder({
    client,
    reportingController: 'imagestreams.io/controller',
    reportingInstance: 'controller-0',
    logger: pino({ level: 'info' }, { write: (line: string) => log.push(JSON.parse(line)) }),
    ...options,
  });
}

const event = (note: string, regarding = stream) =>
  ({ regarding, type: 'Warning', reason: 'ImportFailed', action: 'Import', note }) as const;

describe('Events', () => {
  it('are shown by kubectl get events and kubectl describe, as often as they happened', async () => {
    const events = await recorder();
    for (let i = 0; i < 3; i += 1) events.record(event('Tag 20 is not there.'));
    await waitFor('the Event', () => kubectl('get', 'events'), { until: (text) => text.includes('Tag 20') });
    for (let i = 0; i < 4; i += 1) events.record(event('Tag 20 is not there.'));
    await events.close();
    expect(log).toEqual([]);

    expect(await kubectl('get', 'events')).toMatch(
      /Warning +ImportFailed +imagestream\/keycloak +Tag 20 is not there\./,
    );
    const described = await kubectl('describe', 'is', 'keycloak');
    expect(described).toMatch(
      /Warning +ImportFailed +\S+ \(x7 over \S+\) +imagestreams\.io\/controller +Tag 20 is not there\./,
    );
    const [stored] = JSON.parse(await kubectl('get', 'events.events.k8s.io', '-o', 'json')).items;
    expect(stored).toMatchObject({
      regarding: stream,
      action: 'Import',
      reportingController: 'imagestreams.io/controller',
      reportingInstance: 'controller-0',
      series: { count: 7 },
    });
  });

  it('are taken whatever their texts and objects are', async () => {
    const events = await recorder();
    const named = (name: string) => ({ apiVersion: 'v1', kind: 'Odd', namespace, name, uid: `u-${name}` });
    events.record(event('€'.repeat(2_000), named('long')));
    events.record(event('a\u0000b\ud800c\n\u2028', named('strange')));
    events.record({ ...event('', named('empty')), reason: 'R'.repeat(300), action: 'A'.repeat(300) });
    events.record(event('name', named('System:node_1.-x')));
    events.record(event('name', named('x'.repeat(253))));
    events.record(event('of the cluster', { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'node-1' }));
    await events.close();
    expect(log).toEqual([]);
    const args = ['get', 'events.events.k8s.io', '--field-selector', 'reason=ImportFailed', '-o', 'name'];
    expect((await kubectl(...args)).split('\n').filter(Boolean).length).toBeGreaterThanOrEqual(4);
    const { stdout } = await cluster.kubectl([...args, '-n', 'default']);
    expect(stdout).toContain('/node-1.');
  });

  it('are made anew when somebody deleted them, and dropped where there is no namespace', async () => {
    const events = await recorder();
    events.record(event('will be deleted'));
    const list = () => kubectl('get', 'events', '-o', 'jsonpath={.items[*].message}');
    await waitFor('the Event', list, { until: (text) => text.includes('will be deleted') });
    await kubectl('delete', 'events', '--all');
    events.record(event('will be deleted'));
    await waitFor('the Event', list, { until: (text) => text.includes('will be deleted') });
    events.record(event('lost', { ...stream, namespace: 'no-such-namespace' }));
    await events.close();
    expect(log.map(({ code }) => code)).toEqual(['NotFound']);
  });
});
