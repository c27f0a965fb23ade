import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AdmissionRequest } from '../../src/admission/index.ts';
import { registryAllowList } from '../../src/imagestream/index.ts';
import { alias, imported, type StreamParts, stored, streamOf, streamRequest } from './stream-requests.ts';
import { review } from './webhook-client.ts';
import { startWebhook, testAuthority, type Webhook } from './webhook-fixture.ts';

let webhook: Webhook;

beforeAll(async () => {
  const list = registryAllowList([{ domainName: 'quay.io' }, { domainName: '*.example.org:5000' }]);
  if (!list.ok) throw new Error(list.message);
  const streamSettings = { allowList: list.allowList, mostBytes: 20_000 };
  webhook = await startWebhook({ authority: await testAuthority(), streamSettings });
});

afterAll(() => webhook.server.close());

const allowed = '"quay.io:443", "*.example.org:5000"';
const source = (kind: string, name: string) => ({ name: 'a', from: { kind, name } });

/** Reason, field and message of each cause of the refusal. */
type Causes = readonly (readonly [reason: string, field: string, message: string])[];

const refused: readonly (readonly [string, AdmissionRequest, Causes])[] = [
  [
    'a source without a name',
    streamRequest(streamOf([source('DockerImage', '')])),
    [['FieldValueRequired', 'spec.tags[a].from.name', 'Required value']],
  ],
  [
    'a source that is no pull spec',
    streamRequest(streamOf([source('DockerImage', 'quay.io/Org/app')])),
    [
      [
        'FieldValueInvalid',
        'spec.tags[a].from.name',
        'Invalid value: "quay.io/Org/app": repository name must be lowercase',
      ],
    ],
  ],
  [
    'a registry that is not allowed',
    streamRequest(streamOf([imported('a', 'docker.io/library/app')])),
    [
      [
        'FieldValueForbidden',
        'spec.tags[a].from.name',
        `Forbidden: registry "docker.io" not allowed by whitelist: ${allowed}`,
      ],
    ],
  ],
  [
    'an unknown kind of source',
    streamRequest(streamOf([source('Image', 'x')])),
    [
      [
        'FieldValueRequired',
        'spec.tags[a].from.kind',
        "Required value: valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag', not \"Image\"",
      ],
    ],
  ],
  [
    'a scheduled alias',
    streamRequest(streamOf([imported('b'), { ...alias('a', 'b'), importPolicy: { scheduled: true } }])),
    [
      [
        'FieldValueInvalid',
        'spec.tags[a].importPolicy.scheduled',
        'Invalid value: true: only tags pointing to Docker repositories may be scheduled for background import',
      ],
    ],
  ],
  [
    'a repository with a tag',
    streamRequest(streamOf([], { spec: { dockerImageRepository: 'quay.io/org/app:1' } })),
    [
      [
        'FieldValueInvalid',
        'spec.dockerImageRepository',
        'Invalid value: "quay.io/org/app:1": the repository name may not contain a tag',
      ],
    ],
  ],
  [
    'tags that follow each other in a ring',
    streamRequest(streamOf([alias('a', 'b'), alias('b', 'a')])),
    [
      [
        'FieldValueInvalid',
        'spec.tags[a].from.name',
        'Invalid value: "b": the tag would follow itself: a -> b -> a; point one of them to an image',
      ],
    ],
  ],
  [
    'a status with a reference that is none',
    streamRequest(streamOf([], { status: statusOf('quay.io/Org/x') }), {
      old: streamOf([]),
      subResource: 'status',
    }),
    [
      [
        'FieldValueInvalid',
        'status.tags[a].items[0].dockerImageReference',
        'Invalid value: "quay.io/Org/x": repository name must be lowercase',
      ],
    ],
  ],
  [
    'two things at once',
    streamRequest(streamOf([source('DockerImage', ''), imported('b', 'ghcr.io/x/y')])),
    [
      ['FieldValueRequired', 'spec.tags[a].from.name', 'Required value'],
      [
        'FieldValueForbidden',
        'spec.tags[b].from.name',
        `Forbidden: registry "ghcr.io" not allowed by whitelist: ${allowed}`,
      ],
    ],
  ],
];

function statusOf(dockerImageReference: string): NonNullable<StreamParts['status']> {
  return { tags: [{ tag: 'a', items: [{ dockerImageReference, image: '', generation: 1 }] }] };
}

describe('a stream is refused as the API server does it, over HTTPS', () => {
  it.each(refused)('for %s', async (_, request, causes) => {
    const response = await review(webhook, 'validate', request);
    const errors = causes.map(([, field, message]) => `${field}: ${message}`);
    const told = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
    expect(response).toEqual({
      uid: request.uid,
      allowed: false,
      status: {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code: 422,
        reason: 'Invalid',
        message: `ImageStream.image.openshift.io "app" is invalid: ${told}`,
        details: {
          group: 'image.openshift.io',
          kind: 'ImageStream',
          name: 'app',
          causes: causes.map(([reason, field, message]) => ({ reason, field, message })),
        },
      },
    });
  });

  it('with 32 reasons at most', async () => {
    const tags = Array.from({ length: 40 }, (_, index) => ({
      ...source('DockerImage', ''),
      name: `t${index}`,
    }));
    const { status } = await review(webhook, 'validate', streamRequest(streamOf(tags)));
    expect(status).toMatchObject({ details: { causes: { length: 32 } } });
  });
});

const slow = { annotations: { 'imagestreams.io/interval': '5m' } };

const old = streamOf([stored('a', 1, 'docker.io/library/app')], { status: statusOf('ghcr.io/x/y@sha256:1') });

describe('a stream is admitted in the fewest words', () => {
  const admitted: readonly (readonly [string, AdmissionRequest])[] = [
    [
      'that is right',
      streamRequest(streamOf([imported('a'), imported('b', 'r.example.org:5000/x'), alias('c', 'a')])),
    ],
    ['that is deleted', streamRequest(null, { old, operation: 'DELETE' })],
    ['without changes, whatever was allowed once', streamRequest(old, { old })],
    [
      'with another tag of a repository that it has',
      streamRequest(streamOf([imported('b', 'docker.io/library/app:2')]), { old }),
    ],
    [
      'in the version of the controller',
      streamRequest(streamOf([source('DockerImage', '')]), { version: 'v1stored' }),
    ],
    ['whose status is written as it is', streamRequest(old, { old, subResource: 'status' })],
    ['with another subresource', streamRequest(streamOf([source('x', '')]), { subResource: 'layers' })],
    ['that is no object', streamRequest([])],
  ];

  it.each(admitted)('%s', async (_, request) => {
    expect(await review(webhook, 'validate', request)).toEqual({ uid: request.uid, allowed: true });
  });
});

describe('a stream that is right, but not likely what was meant', () => {
  const tags = [imported('1.0'), imported('latest', '1.0')];
  const warning =
    'tag "latest": the DockerImage "1.0" is a registry without a repository, not tag "1.0" of this stream; for an alias of that tag use kind ImageStreamTag';

  it('is admitted with a warning', async () => {
    const request = streamRequest(streamOf([imported('a', undefined, slow)]));
    expect(await review(webhook, 'validate', request)).toEqual({
      uid: request.uid,
      allowed: true,
      warnings: [
        'tag "a": the annotation imagestreams.io/interval does nothing without importPolicy.scheduled: true; set that, or remove the annotation',
      ],
    });
  });

  it('is told so also where it is refused', async () => {
    const response = await review(webhook, 'validate', streamRequest(streamOf(tags)));
    expect(response).toMatchObject({ allowed: false, status: { code: 422 }, warnings: [warning] });
  });

  it('is not told so of what it had before, nor when its status is written', async () => {
    const before = streamOf([imported('a', undefined, slow)]);
    for (const request of [
      streamRequest(streamOf([...(before.spec?.tags ?? []), imported('b')]), { old: before }),
      streamRequest(before, { subResource: 'status' }),
    ]) {
      expect(await review(webhook, 'validate', request)).toEqual({ uid: request.uid, allowed: true });
    }
  });
});

describe('annotations that are too large', () => {
  it('are refused', async () => {
    const annotations = { note: 'x'.repeat(245_760) };
    const { status } = await review(webhook, 'validate', streamRequest(streamOf([], { annotations })));
    expect(status?.message).toBe(
      'ImageStream.image.openshift.io "app" is invalid: metadata.annotations: Forbidden: the annotations take 245764 bytes, and 245760 are allowed: Kubernetes allows 262144, of which the controller keeps 16384 for its own; shorten or remove some',
    );
  });
});

describe('a status', () => {
  it('without the old one is held against the rules as a whole', async () => {
    const request = streamRequest(streamOf([], { status: statusOf('ghcr.io/x/y:1') }), {
      subResource: 'status',
    });
    const { status } = await review(webhook, 'validate', request);
    expect(status?.message).toContain('registry "ghcr.io" not allowed');
  });
});

describe('a stream that grows too large', () => {
  it('gets no more tags, but may lose some', async () => {
    const many = Array.from({ length: 400 }, (_, index) => imported(`tag-${index}`));
    const { status } = await review(webhook, 'validate', streamRequest(streamOf(many)));
    expect(status?.message).toMatch(/spec\.tags: Forbidden: .*20000/);
    const large = streamOf(many.map((tag, index) => ({ ...tag, generation: index })));
    const request = streamRequest(streamOf(large.spec?.tags?.slice(1) ?? []), { old: large });
    expect(await review(webhook, 'validate', request)).toEqual({ uid: request.uid, allowed: true });
  });
});
