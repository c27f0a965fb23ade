import { describe, expect, it } from '@jest/globals';
import { mutate, type Reviewed, validate } from '../../src/admission/index.ts';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import { containers, deploymentRequest, messagesOf, podRequest, refused } from './reviews.ts';
import { AAA, imageStream, StreamsFixture, type TagFixture } from './streams-fixture.ts';
import { admit, around } from './surroundings.ts';

const recorded = 'quay.io/keycloak/keycloak:20';
const tags: readonly TagFixture[] = [
  { tag: '19', recorded, image: AAA },
  { tag: '20', recorded, image: AAA },
  { tag: 'pending' },
  { tag: 'broken', importFailed: true },
  { tag: 'noted', recorded, image: '', reference: true },
];

const streams = () =>
  new StreamsFixture([
    imageStream('keycloak', tags),
    imageStream('single', [{ tag: 'v1', recorded, image: AAA }]),
    imageStream('empty', []),
    imageStream('closed', [{ tag: 'latest', recorded, image: AAA }], { local: false }),
  ]);

const stream = (name: string) => `image stream "${name}" in namespace "app"`;
const pulls = (name: string) =>
  `Left as it is, the name would pull docker.io/library/${name}; write that in full if it is meant`;

/** What a person reads about a name that is declared local and cannot be resolved. */
const sentences: readonly [image: string, sentence: string, pulled: string][] = [
  [
    'keycloak:21',
    `${stream('keycloak')} has no tag "21"; its tags are "19", "20", "broken", "noted", "pending"; did you mean "keycloak:20"?`,
    'keycloak:21',
  ],
  [
    'keycloak',
    `${stream('keycloak')} has no tag "latest" (no tag was written, which means latest); its tags are "19", "20", "broken", "noted", "pending".`,
    'keycloak:latest',
  ],
  [
    'single:v9',
    `${stream('single')} has no tag "v9"; its only tag is "v1"; did you mean "single:v1"?`,
    'single:v9',
  ],
  ['empty:v1', `${stream('empty')} has no tag "v1"; it has no tags yet.`, 'empty:v1'],
  [
    'keycloak:pending',
    `tag "pending" of ${stream('keycloak')} has not been imported yet; try again when its status shows an image.`,
    'keycloak:pending',
  ],
  [
    'keycloak:broken',
    `tag "broken" of ${stream('keycloak')} could not be imported; its condition ImportSuccess in the stream's status tells why.`,
    'keycloak:broken',
  ],
  [
    'keycloak:noted',
    `tag "noted" of ${stream('keycloak')} only records a reference (reference: true) and has no digest; set reference: false so that it is imported.`,
    'keycloak:noted',
  ],
];

describe('a name that is declared local and cannot be resolved', () => {
  it.each(sentences)('%s is refused, and the user told why', async (image, sentence, pulled) => {
    const reviewed = await mutate(
      deploymentRequest({ containers: containers(image) }),
      around({ streams: streams() }),
    );
    const field = 'spec.template.spec.containers[0].image';
    const message = `Forbidden: container "c0", image "${image}": ${sentence} ${pulls(pulled)}`;
    expect(refused(reviewed)).toEqual({
      code: 422,
      reason: 'Invalid',
      message: `Deployment.apps "shop" is invalid: ${field}: ${message}`,
      details: {
        group: 'apps',
        kind: 'Deployment',
        name: 'shop',
        causes: [{ reason: 'FieldValueForbidden', field, message }],
      },
    });
  });

  it.each(sentences)('%s is admitted with a warning where the setting says so', async (image, sentence) => {
    const request = podRequest({ containers: containers(image) });
    const { answer } = await mutate(request, around({ streams: streams(), unresolved: 'Warn' }));
    const warning = `container "c0", image "${image}": ${sentence} The image is admitted as written`;
    expect(answer).toEqual({ allowed: true, patch: [], warnings: [warning] });
  });

  it('does not keep the user from reading of the others', async () => {
    const request = podRequest({
      initContainers: [{ name: 'init', image: 'single:v9' }],
      containers: containers('keycloak:20', 'empty:v1'),
    });
    const reviewed = await mutate(request, around({ streams: streams() }));
    expect(refused(reviewed).details?.causes.map(({ field }) => field)).toEqual([
      'spec.initContainers[0].image',
      'spec.containers[1].image',
    ]);
    expect(refused(reviewed).message).toMatch(
      /^Pod "shop" is invalid: \[spec\.initContainers.*, spec\.containers.*\]$/,
    );
  });

  it('is refused in the first phase only: validation judges what the policy forbids', async () => {
    const request = podRequest({ containers: containers('keycloak:21') });
    expect((await validate(request, around({ streams: streams() }))).answer.allowed).toBe(true);
  });
});

const warningsOf = ({ answer }: Reviewed) => answer.warnings;

describe('a name that nobody declared local', () => {
  it.each([
    ['no stream of that name', 'nginx:1.27', []],
    [
      'a stream of a similar name',
      'kecloak:20',
      [
        `there is no ${stream('kecloak')}; did you mean "keycloak:20"? Left as it is, the name would pull docker.io/library/kecloak:20; write that in full if it is meant`,
      ],
    ],
    [
      'a stream without local lookup that has the tag',
      'closed',
      [
        `${stream('closed')} has tag "latest", but its local lookup is off, so the name stands for another registry's image; switch it on with spec.lookupPolicy.local: true`,
      ],
    ],
    ['a stream without local lookup and without the tag', 'closed:v1', []],
    ['a pull spec', 'quay.io/org/kecloak:20', []],
  ])('is admitted: %s', async (_, image, warnings) => {
    const reviewed = await mutate(
      podRequest({ containers: containers(image) }),
      around({ streams: streams() }),
    );
    expect(reviewed.answer.allowed).toBe(true);
    expect(warningsOf(reviewed)).toEqual(warnings.map((text) => `container "c0", image "${image}": ${text}`));
  });

  it.each([
    ['nosuch:1', `there is no ${stream('nosuch')}. The image is admitted as written`],
    ['quay.io/org/nosuch:1', `there is no ${stream('nosuch')}. The image is admitted as written`],
    [
      'quay.io/org/single:v9',
      `${stream('single')} has no tag "v9"; its only tag is "v1"; did you mean "single:v1"? The image is admitted as written`,
    ],
  ])('gets a warning where the object asks for every name: %s', async (image, warning) => {
    const annotations = { [resolveNamesAnnotation]: '*' };
    const request = podRequest({ annotations, containers: containers(image) });
    const reviewed = await mutate(request, around({ streams: streams() }));
    expect(warningsOf(reviewed)).toEqual([`container "c0", image "${image}": ${warning}`]);
  });
});

describe('when the API server cannot be asked', () => {
  const down = () => {
    const source = streams();
    source.unavailable = true;
    return source;
  };
  const asked = `the API server could not be asked for ${stream('nginx')}; try again`;

  it('a short name is refused with 503, as it may be a local one', async () => {
    const request = podRequest({ containers: containers('nginx:1.27') });
    const reviewed = await mutate(request, around({ streams: down() }));
    expect(refused(reviewed)).toMatchObject({
      code: 503,
      reason: 'ServiceUnavailable',
      message: `Pod "shop" could not be reviewed: spec.containers[0].image: container "c0", image "nginx:1.27": ${asked}`,
    });
  });

  it('a refusal for another reason stays a 422', async () => {
    const request = podRequest({ containers: containers('nginx:1.27', 'keycloak:21') });
    const reviewed = await mutate(request, around({ streams: down() }));
    expect(refused(reviewed)).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(messagesOf(reviewed)).toHaveLength(2);
  });

  it('it is a warning where unresolved names only warn', async () => {
    const request = podRequest({ containers: containers('nginx:1.27') });
    const reviewed = await mutate(request, around({ streams: down(), unresolved: 'Warn' }));
    expect(warningsOf(reviewed)).toEqual([
      `container "c0", image "nginx:1.27": ${asked}. The image is admitted as written`,
    ]);
  });

  it('Required refuses with 503 in both phases', async () => {
    const surroundings = around({ streams: down(), policyConfig: { resolveImages: 'Required' } });
    const { mutated, validated } = await admit(
      podRequest({ containers: containers('nginx:1.27') }),
      surroundings,
    );
    expect([refused(mutated).code, refused(validated).code]).toEqual([503, 503]);
  });
});

describe('what a message shows of hostile text', () => {
  it('is bounded and escaped', async () => {
    const image = `a\u001b[31m\n${'x'.repeat(100_000)}`;
    const request = podRequest({ containers: [{ name: 'n'.repeat(100_000), image }] });
    const reviewed = await mutate(request, around({ policyConfig: { resolveImages: 'Required' } }));
    const [message = ''] = messagesOf(reviewed);
    expect(message).toContain('image "a\\u{1b}[31m\\u{a}xxx');
    expect(message.length).toBeLessThan(400);
  });
});
