import { describe, expect, it } from '@jest/globals';
import { type ImageStream, trackedStream } from '../../src/imagestream/index.ts';
import { alias, entry, failure, history, imported, stream, streamImage } from './settling.ts';

describe('what the controller keeps of a stream', () => {
  it('is what decides something, without null and empty parts', () => {
    const whole = {
      apiVersion: 'image.openshift.io/v1stored',
      kind: 'ImageStream',
      metadata: {
        name: 'ruby',
        namespace: 'app',
        uid: 'u',
        resourceVersion: '7',
        generation: 3,
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { team: 'web' },
        managedFields: [{}],
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
          'imagestreams.io/tags': 'a',
          'openshift.io/image.dockerRepositoryCheck': 'done',
          description: 'long',
        },
      },
      spec: {
        lookupPolicy: { local: true },
        dockerImageRepository: '',
        tags: [
          {
            name: 'a',
            annotations: {
              'importer.image.openshift.io/prefer-os': 'linux',
              'imagestreams.io/interval': '5m',
              note: 'x',
            },
            from: { kind: 'DockerImage', name: 'ruby:a', uid: 'x' },
            reference: false,
            generation: 2,
            importPolicy: { scheduled: true },
            referencePolicy: { type: 'Source' },
          },
          { name: 'b', annotations: null, generation: null, from: null },
        ],
      },
      status: {
        dockerImageRepository: '',
        tags: [
          { tag: 'a', items: [entry('abc'), entry('def')], conditions: null },
          {
            tag: 'b',
            items: null,
            conditions: [
              { ...failure('NotFound', 'registry'), odd: 1 },
              { type: 'Odd', status: 'True' },
            ],
          },
          { tag: 'c', conditions: [failure('SourceNotFound', 'alias')] },
        ],
      },
    } as unknown as ImageStream;
    const { message, ...withoutMessage } = failure('NotFound', 'registry');
    expect(trackedStream(whole)).toStrictEqual({
      apiVersion: 'image.openshift.io/v1stored',
      kind: 'ImageStream',
      metadata: {
        name: 'ruby',
        namespace: 'app',
        uid: 'u',
        resourceVersion: '7',
        generation: 3,
        annotations: { 'imagestreams.io/tags': 'a', 'openshift.io/image.dockerRepositoryCheck': 'done' },
      },
      spec: {
        lookupPolicy: { local: true },
        tags: [
          {
            name: 'a',
            annotations: {
              'importer.image.openshift.io/prefer-os': 'linux',
              'imagestreams.io/interval': '5m',
            },
            from: { kind: 'DockerImage', name: 'ruby:a' },
            generation: 2,
            importPolicy: { scheduled: true },
            referencePolicy: { type: 'Source' },
          },
          { name: 'b' },
        ],
      },
      status: {
        tags: [
          { tag: 'a', items: [entry('abc')] },
          { tag: 'b', conditions: [withoutMessage] },
          { tag: 'c', conditions: [failure('SourceNotFound', 'alias')] },
        ],
      },
    });
  });

  it('is small where there is little', () => {
    const { apiVersion, kind } = stream({});
    const bare = { apiVersion, kind, metadata: { name: 'x' }, spec: null, status: null } as const;
    expect(trackedStream(bare)).toStrictEqual({
      apiVersion,
      kind,
      metadata: { name: 'x' },
      spec: {},
      status: {},
    });
  });

  it.each([
    ['while a tag looks for an image in it', streamImage('t', 'def'), 2],
    ['not when the image was found', streamImage('t', 'def', { generation: 0.5 }), 1],
    ['not for an image of another stream', streamImage('t', 'other@def'), 1],
    ['not for an alias', alias('t', 'ghost'), 1],
  ])('has the whole history %s', (_, tag, length) => {
    const histories = [history('a', 'abc', 'def'), ...(tag.generation === 1 ? [] : [history('t', 'def')])];
    const tracked = trackedStream(stream({ tags: [imported('a'), tag], histories }));
    expect(tracked.status?.tags?.[0]?.items).toHaveLength(length);
  });
});
