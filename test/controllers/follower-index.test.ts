import { describe, expect, it } from '@jest/globals';
import { FollowerIndex } from '../../src/controllers/follower-index.ts';
import { streamName } from '../../src/controllers/stream-name.ts';
import type { ImageStream, TagReference } from '../../src/imagestream/index.ts';

const follower = streamName('own/app');

function stream(...tags: readonly TagReference[]): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1stored',
    kind: 'ImageStream',
    metadata: { namespace: 'own', name: 'app' },
    spec: { tags },
  };
}

const from = (namespace: string, name: string): TagReference => ({
  name: '1',
  generation: 1,
  annotations: { 'imagestreams.io/follow': 'true' },
  from: { kind: 'ImageStreamTag', name, namespace },
});

describe('the index of followers', () => {
  it('names the streams whose tags come from a stream, as long as they do', () => {
    const index = new FollowerIndex();
    index.set(follower, stream(from('base', 'jre:21')));
    index.set(streamName('own/other'), stream(from('base', 'jre:17')));
    expect([...index.followersOf('base/jre')]).toEqual(['own/app', 'own/other']);
    index.set(follower, stream(from('base', 'node:24')));
    expect([...index.followersOf('base/jre')]).toEqual(['own/other']);
    expect([...index.followersOf('base/node')]).toEqual(['own/app']);
    index.set(follower, undefined);
    expect([...index.followersOf('base/node')]).toEqual([]);
  });

  it('does not name a stream for its own tags', () => {
    const index = new FollowerIndex();
    index.set(follower, stream({ name: '1', from: { kind: 'ImageStreamTag', name: 'app:2' } }));
    expect([...index.followersOf('own/app')]).toEqual([]);
  });
});
