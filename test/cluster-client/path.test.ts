import { describe, expect, it } from '@jest/globals';
import { objectKey, resourcePath } from '../../src/cluster/index.ts';

describe('resourcePath', () => {
  it.each([
    [{ version: 'v1', resource: 'namespaces' }, '/api/v1/namespaces'],
    [
      { version: 'v1', resource: 'pods', namespace: 'a', name: 'b', subresource: 'log' },
      '/api/v1/namespaces/a/pods/b/log',
    ],
    [
      { group: 'apps', version: 'v1', resource: 'deployments', namespace: 'a' },
      '/apis/apps/v1/namespaces/a/deployments',
    ],
    [{ group: 'g', version: 'v1', resource: 'r', name: 'a:b?c#d' }, '/apis/g/v1/r/a%3Ab%3Fc%23d'],
  ])('%j is %s', (location, path) => {
    expect(resourcePath(location)).toBe(path);
  });

  it.each(['', '.', '..', 'a/b', 'a%2fb', '../../secrets/x'])('refuses the name %j', (name) => {
    expect(() => resourcePath({ version: 'v1', resource: 'r', name })).toThrow(
      'cannot be a name in the Kubernetes API',
    );
  });

  it('keys', () => {
    expect([objectKey('a', 'b'), objectKey(undefined, 'b')]).toEqual(['a/b', 'b']);
  });
});
