import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { type StreamExport, streamExports } from '../imagestream/exports.ts';
import { TestCluster } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

const strict = '--validate=strict';

/** The ways in which people bring a manifest into a cluster; each line is one run of kubectl. */
const ways: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ['create', [['create']]],
  ['apply', [['apply']]],
  ['apply, twice', [['apply'], ['apply']]],
  ['apply --server-side', [['apply', '--server-side']]],
  ['apply --server-side, after apply', [['apply'], ['apply', '--server-side']]],
  ['replace', [['create'], ['replace']]],
  ['replace --force', [['create'], ['replace', '--force']]],
];

async function stored(namespace: string, { stream }: StreamExport): Promise<ImageStream> {
  const { stdout } = await cluster.kubectl([
    ...['get', 'is', stream.metadata.name, '-n', namespace, '-o', 'json'],
  ]);
  return JSON.parse(stdout) as ImageStream;
}

function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, each) => each ?? undefined);
}

describe.each(streamExports)('OpenShift’s $file', (exported) => {
  const { yaml, stream } = exported;

  it.each(ways)('comes in unchanged by %s', async (_way, runs) => {
    const namespace = await cluster.namespace();
    for (const args of runs) {
      const { stderr } = await cluster.kubectl([...args, strict, '-n', namespace, '-f', '-'], {
        input: yaml,
      });
      expect(stderr.replace(/^Warning: resource .* is missing the .*last-applied.*\n/, '')).toBe('');
    }
    const { spec, metadata } = await stored(namespace, exported);
    // what kubectl itself drops from a manifest that it remembers
    const remembered = runs.at(-1)?.join() === 'apply';
    expect(spec).toEqual(remembered ? withoutNulls(stream.spec) : stream.spec);
    const { annotations = {}, labels = {} } = stream.metadata;
    expect({ annotations: {}, labels: {}, ...metadata }).toMatchObject({ annotations, labels });
  });

  it('is no change when it is applied again, and has no difference', async () => {
    const namespace = await cluster.namespace();
    for (const args of [['apply'], ['apply', '--server-side']]) {
      await cluster.kubectl([...args, '-n', namespace, '-f', '-'], { input: yaml });
      const before = await stored(namespace, exported);
      await cluster.kubectl([...args, '-n', namespace, '-f', '-'], { input: yaml });
      expect((await stored(namespace, exported)).metadata.generation).toBe(before.metadata.generation);
      const diff = ['diff', ...args.slice(1), '-n', namespace, '-f', '-'];
      const { code, stdout } = await cluster.kubectl(diff, { input: yaml, allowFailure: true });
      expect([code, stdout]).toEqual([0, '']);
    }
  });

  it('keeps its status, nulls and conditions included, when that is brought in', async () => {
    const namespace = await cluster.namespace();
    const args = ['-n', namespace, strict, '-f', '-'];
    await cluster.kubectl(['create', ...args], { input: yaml });
    expect((await stored(namespace, exported)).status).toBeUndefined();
    await cluster.kubectl(['replace', '--subresource=status', ...args], { input: yaml });
    const { status, spec } = await stored(namespace, exported);
    expect(status).toEqual(stream.status);
    expect(spec).toEqual(stream.spec);
  });
});
