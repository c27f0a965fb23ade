import { describe, expect, it } from '@jest/globals';
import { mutate, resolvedAnnotation } from '../../src/admission/index.ts';
import { containers, deployment, deploymentRequest, isUntouched, messagesOf, podRequest } from './reviews.ts';
import { resolvedMysql, shopStreams } from './streams-fixture.ts';
import { around, storedImages } from './surroundings.ts';

const volume = (reference: string, name = 'data') => ({ name, image: { reference, pullPolicy: 'Always' } });

describe('image volumes', () => {
  it('have their references resolved and recorded', async () => {
    const request = deploymentRequest({ volumes: [{ name: 'tmp', emptyDir: {} }, volume('mysql:5.7')] });
    const origins = { 'volumes/data': { name: 'mysql:5.7', imageStreamTag: 'mysql:5.7' } };
    expect((await mutate(request, around())).answer).toEqual({
      allowed: true,
      patch: [
        { op: 'replace', path: '/spec/template/spec/volumes/1/image/reference', value: resolvedMysql },
        {
          op: 'add',
          path: '/metadata/annotations',
          value: { [resolvedAnnotation]: JSON.stringify(origins) },
        },
      ],
      warnings: [],
    });
  });

  it('are refused like containers, and called by their own name', async () => {
    const request = podRequest({ volumes: [volume('mysql:8')] });
    const reviewed = await mutate(request, around({ streams: shopStreams({ repositories: false }) }));
    expect(messagesOf(reviewed)[0]).toMatch(
      /^Forbidden: image volume "data", image "mysql:8": image stream "mysql" /,
    );
  });

  it('are no containers of the same name', async () => {
    const old = deployment({ containers: [{ name: 'data', image: 'mysql:5.7' }] });
    const request = deploymentRequest({ volumes: [volume('mysql:5.7')] }, { old });
    expect(await storedImages(request, around())).toEqual([resolvedMysql]);
  });

  it('are left alone on an update that does not change them', async () => {
    const contents = { volumes: [volume('mysql:5.7')] };
    const request = deploymentRequest(contents, { old: deployment(contents) });
    expect(isUntouched((await mutate(request, around())).answer)).toBe(true);
  });

  it('are left alone where the switch for them is off', async () => {
    const request = podRequest({ containers: containers('mysql:5.7'), volumes: [volume('mysql:5.7')] });
    const visit = { ephemeralContainers: true, imageVolumes: false };
    const { answer } = await mutate(request, around({ visit }));
    expect(answer).toMatchObject({
      patch: [{ path: '/spec/containers/0/image' }, { path: '/metadata/annotations' }],
    });
  });
});
