import { describe, expect, it } from '@jest/globals';
import { measureStreams, StreamIndex } from '../../src/admission/index.ts';
import { resolvableStream } from '../../src/imagestream/index.ts';
import { metricsRegistry } from '../../src/telemetry/index.ts';
import { imageStream } from './streams-fixture.ts';

const stream = resolvableStream(imageStream('s', []));

describe('streams in memory', () => {
  it('are found by namespace and name, and counted once', () => {
    const index = new StreamIndex();
    index.set('a', 'x', stream);
    index.set('a', 'x', stream);
    index.set('a', 'y', stream);
    index.set('b', 'x', stream);
    expect(index.size).toBe(3);
    expect([...index.names('a')]).toEqual(['x', 'y']);
    index.delete('a', 'x');
    index.delete('a', 'x');
    index.delete('c', 'x');
    expect([index.size, index.get('a', 'x'), index.get('b', 'x')]).toEqual([2, undefined, stream]);
    index.delete('b', 'x');
    expect([...index.names('b')]).toEqual([]);
  });

  it('are measured when they are asked for', async () => {
    const registry = metricsRegistry({ processMetrics: false });
    let size = 1;
    measureStreams(registry, { size: () => size, secondsSinceEvent: () => 2.5 });
    size = 7;
    const text = await registry.metrics();
    expect(text).toContain('imagestreams_streams_cached 7\n');
    expect(text).toContain('imagestreams_streams_last_event_age_seconds 2.5\n');
  });
});
