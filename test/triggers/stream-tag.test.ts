import { describe, expect, it } from '@jest/globals';
import { diagnose, entry, from, text } from './fixtures.ts';

const withFrom = (part: object) => diagnose(text(entry({ from: { ...from, ...part } })));

describe('from.name', () => {
  it.each([
    ['app:v1', 'app', 'v1'],
    ['python-3.9:latest', 'python-3.9', 'latest'],
    ['my_app:_x.Y-1', 'my_app', '_x.Y-1'],
  ])('%s', (name, stream, tag) => {
    expect(withFrom({ name })).toMatchObject({
      triggers: [{ namespace: 'shop', crossNamespace: false, stream, tag }],
      findings: [],
    });
  });

  it('with an empty tag means latest, with a warning', () => {
    expect(withFrom({ name: 'app:' })).toMatchObject({
      triggers: [{ stream: 'app', tag: 'latest' }],
      findings: [{ code: 'TagDefaulted', severity: 'Warning', suggestion: '"app:latest"' }],
    });
  });

  it.each([
    ['', 'MissingName', undefined],
    ['app', 'NameWithoutTag', 'app:latest'],
    ['$(NAME)', 'NameWithoutTag', undefined],
    [':v1', 'InvalidStreamName', undefined],
    ['App:v1', 'InvalidStreamName', 'app:v1'],
    [' app:v1', 'InvalidStreamName', 'app:v1'],
    ['-app:v1', 'InvalidStreamName', undefined],
    [`${'a'.repeat(254)}:v1`, 'InvalidStreamName', undefined],
    ['app:a:b', 'InvalidTag', undefined],
    ['app:v1 ', 'InvalidTag', 'app:v1'],
    ['app:-v1', 'InvalidTag', undefined],
    [`app:${'v'.repeat(129)}`, 'InvalidTag', undefined],
    ['app@sha256:abc', 'NameWithDigest', 'app:latest'],
    ['quay.io/org/app@sha256:abc', 'NameWithDigest', undefined],
    ['ns/app:v1', 'NameWithSlash', '"namespace":"ns","name":"app:v1"'],
    ['ns/app', 'NameWithSlash', '"namespace":"ns","name":"app:latest"'],
    ['quay.io/org/app:v1', 'NameWithSlash', undefined],
    ['localhost:5000/app:v1', 'NameWithSlash', undefined],
  ])('%.40s is refused', (name, code, suggestion) => {
    const { triggers, findings } = withFrom({ name });
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code, severity: 'Error', field: '[0].from.name' }]);
    expect(findings[0]?.suggestion).toBe(suggestion);
  });
});

describe('from.kind', () => {
  it.each([
    ['imagestreamtag', 'ImageStreamTag'],
    ['DockerImage', undefined],
    ['ImageStreamImage', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is refused', (kind, suggestion) => {
    const { triggers, findings } = withFrom({ kind });
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code: 'WrongKind', severity: 'Error', field: '[0].from.kind' }]);
    expect(findings[0]?.suggestion).toBe(suggestion);
  });
});

describe('from.apiVersion', () => {
  it.each([['v1'], ['image.openshift.io/v1']])('%s is honoured with a warning', (apiVersion) => {
    expect(withFrom({ apiVersion })).toMatchObject({
      triggers: [{ stream: 'app' }],
      findings: [{ code: 'APIVersionSet', severity: 'Warning', field: '[0].from.apiVersion' }],
    });
  });

  it.each([['v2'], ['apps/v1'], ['image.openshift.io/v1beta1']])('%s is refused', (apiVersion) => {
    expect(withFrom({ apiVersion })).toMatchObject({
      triggers: [],
      findings: [{ code: 'WrongAPIVersion', severity: 'Error' }],
    });
  });
});

describe('from.namespace', () => {
  it.each([
    ['', 'shop', false],
    ['shop', 'shop', false],
    ['other', 'other', true],
  ])('%j', (namespace, expected, crossNamespace) => {
    expect(withFrom({ namespace })).toMatchObject({
      triggers: [{ namespace: expected, crossNamespace }],
      findings: [],
    });
  });

  it.each([
    ['$(NAMESPACE)', undefined],
    ['Other', 'other'],
    ['a/b', undefined],
    ['a'.repeat(64), undefined],
  ])('%s is refused', (namespace, suggestion) => {
    const { triggers, findings } = withFrom({ namespace });
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code: 'InvalidNamespace', severity: 'Error' }]);
    expect(findings[0]?.suggestion).toBe(suggestion);
  });
});

it('reports every fault of one entry', () => {
  const { findings } = withFrom({ kind: 'x', name: 'app', namespace: 'A_', apiVersion: 'v2' });
  expect(findings.map(({ code }) => code)).toEqual([
    'WrongKind',
    'WrongAPIVersion',
    'InvalidNamespace',
    'NameWithoutTag',
  ]);
});
