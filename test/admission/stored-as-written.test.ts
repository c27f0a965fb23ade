import { describe, expect, it } from '@jest/globals';
import { mutate, validate } from '../../src/admission/index.ts';
import { containers, messagesOf, podRequest } from './reviews.ts';
import { AAA, imageStream, StreamsFixture } from './streams-fixture.ts';
import { around, type Setup } from './surroundings.ts';

const owners = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: '1', controller: true }];
const onlyQuay: Setup = {
  policyConfig: { executionRules: [{ name: 'quay', matchRegistries: ['quay.io'] }] },
};
const tag = { tag: 'latest', recorded: 'quay.io/good/x:1', image: AAA };
const streams = () => new StreamsFixture([imageStream('evil', [tag], { local: true })]);

describe('an image that is stored as it was written', () => {
  it('is judged as it was written, not only as it would resolve', async () => {
    const request = podRequest({ owners, containers: containers('evil') }, { user: { username: 'jane' } });
    const surroundings = around({ streams: streams(), ...onlyQuay });
    for (const reviewed of [await mutate(request, surroundings), await validate(request, surroundings)]) {
      expect(messagesOf(reviewed)).toEqual([
        expect.stringContaining('prohibited by policy: no execution rule ("quay") allows it'),
      ]);
    }
  });

  it('is admitted where it is rewritten to an allowed one', async () => {
    const request = podRequest({ containers: containers('evil') });
    const { answer } = await mutate(request, around({ streams: streams(), ...onlyQuay }));
    expect(answer.allowed).toBe(true);
  });

  it('is refused under Required when something wrote a name after names were resolved', async () => {
    const request = podRequest({ containers: containers('evil') });
    const required: Setup = { policyConfig: { resolveImages: 'RequiredRewrite' } };
    const reviewed = await validate(request, around({ streams: streams(), ...required }));
    expect(messagesOf(reviewed)).toEqual([
      expect.stringContaining(
        `something changed it after names were resolved; write "quay.io/good/x@${AAA}"`,
      ),
    ]);
  });
});

describe('an image that is no reference', () => {
  it.each(['[fd00::1]:5000/evil/x:1', `quay.io/${'a'.repeat(250)}:1`])(
    'passes no execution rule: %s',
    async (image) => {
      const reviewed = await mutate(podRequest({ containers: containers(image) }), around(onlyQuay));
      expect(messagesOf(reviewed)).toEqual([expect.stringContaining('so no execution rule can judge it')]);
    },
  );

  it('passes when it is the blank that OpenShift puts where a trigger is to write', async () => {
    const { answer } = await mutate(podRequest({ containers: containers(' ') }), around(onlyQuay));
    expect(answer.allowed).toBe(true);
  });
});
