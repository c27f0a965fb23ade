import { describe, expect, it } from '@jest/globals';
import { repointed, repointingFailure } from '../../src/imagestream/index.ts';
import type { ImageStream } from '../../src/imagestream/types.ts';

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;
const time = '2026-01-01T00:00:00Z';
const stream: ImageStream = {
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { namespace: 'shop', name: 'app', generation: 3 },
  spec: {
    tags: [
      { name: '1', from: { kind: 'DockerImage', name: 'q.io/app:1' }, generation: 2 },
      { name: '2', from: { kind: 'DockerImage', name: 'q.io/app:2' }, generation: 3 },
    ],
  },
  status: {
    tags: [
      {
        tag: '1',
        items: [
          {
            created: time,
            image: digest(1),
            dockerImageReference: `q.io/app@${digest(1)}`,
            generation: 2,
          },
        ],
      },
    ],
  },
};

describe('a stream with a tag that points elsewhere', () => {
  it('names the other tag as the source, anew', () => {
    const { spec, status } = repointed(stream, '1', { kind: 'Tag', tag: '2' }, time);
    const tag = { name: '1', from: { kind: 'ImageStreamTag', name: '2' }, generation: 4 };
    expect(spec?.tags).toEqual([stream.spec?.tags?.[1], tag]);
    expect(status).toBe(stream.status);
  });

  it('has a tag more when there was none', () => {
    const { spec } = repointed(stream, 'new', { kind: 'Tag', tag: '1' }, time);
    expect(spec?.tags?.map(({ name }) => name)).toEqual(['1', '2', 'new']);
  });

  it('has an image in front of the history', () => {
    const target = { kind: 'Image', pullSpec: `q.io/app@${digest(7)}`, digest: digest(7) } as const;
    const { status } = repointed(stream, '1', target, time);
    expect(status?.tags?.[0]?.items?.map(({ image }) => image)).toEqual([digest(7), digest(1)]);
  });

  it('is not changed itself', () => {
    const before = JSON.stringify(stream);
    repointed(stream, '1', { kind: 'Tag', tag: '2' }, time);
    expect(JSON.stringify(stream)).toBe(before);
  });

  it('tells why the tag does not point there', () => {
    const condition = { type: 'ImportSuccess', status: 'False', message: 'a circle' } as const;
    const failing = { ...stream, status: { tags: [{ tag: '1', conditions: [condition] }] } };
    expect(repointingFailure(failing as ImageStream, '1')).toBe('a circle');
    expect(repointingFailure(failing as ImageStream, '2')).toBeUndefined();
  });
});
