import { describe, expect, it } from '@jest/globals';
import { prepareImageStream } from '../../src/imagestream/index.ts';
import type { ImageStream } from '../../src/imagestream/types.ts';

const checked = 'openshift.io/image.dockerRepositoryCheck';

function stream(repository: string | undefined, annotations = { [checked]: 'done' }): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'ruby', namespace: 'ns', annotations },
    spec: repository === undefined ? {} : { dockerImageRepository: repository },
  };
}

describe('the mark of a repository that was looked through', () => {
  it.each<readonly [string, string | undefined, ImageStream | undefined, boolean]>([
    ['goes with another repository', 'quay.io/org/b', stream('quay.io/org/a'), false],
    ['goes with the first repository', 'quay.io/org/b', stream(undefined), false],
    ['stays with the same one', 'quay.io/org/a', stream('quay.io/org/a'), true],
    ['stays when the repository goes', undefined, stream('quay.io/org/a'), true],
    ['stays on a stream that is created with it', 'quay.io/org/a', undefined, true],
  ])('%s', (_, repository, old, stays) => {
    const next = stream(repository);
    const prepared = prepareImageStream({
      next,
      old,
      namespace: 'ns',
      clientSideApply: false,
      defaultMode: 'PreserveOriginal',
    });
    expect(checked in (prepared.metadata.annotations ?? {})).toBe(stays);
  });
});
