import { describe, expect, it } from '@jest/globals';
import { validate } from '../../src/admission/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';
import { isUntouched, kindOf, refused } from './reviews.ts';
import { imageStream, StreamsFixture } from './streams-fixture.ts';
import { around } from './surroundings.ts';
import { annotated, trigger } from './trigger-annotations.ts';

const deployments = kindOf('deployments');
const good = trigger(deployments);
const path = (selector: string, list = 'containers') => `spec.template.spec.${list}[${selector}].image`;
const from = (part: object) => ({ from: { kind: 'ImageStreamTag', name: 'mysql:5.7', ...part } });

describe('a trigger annotation that is refused', () => {
  it.each<[string, string | readonly unknown[], string]>([
    ['no JSON', '[{"from"', ''],
    ['an object', '{}', ''],
    ['a string', '"x"', ''],
    ['an entry of another type', [1], '[0]'],
    ['from of another type', [trigger(deployments, { from: 'mysql:5.7' })], '[0].from'],
    ['a name of another type', [trigger(deployments, from({ name: 1 }))], '[0].from.name'],
    ['paused of another type', [trigger(deployments, { paused: 1 })], '[0].paused'],
    ['a path twice', [good, good], '[1].fieldPath'],
    ['a wrong base path', [trigger(deployments, { fieldPath: 'spec.containers[0].image' })], '[0].fieldPath'],
    ['no such container', [trigger(deployments, { fieldPath: path('?(@.name=="bd")') })], '[0].fieldPath'],
    ['no such position', [trigger(deployments, { fieldPath: path('7') })], '[0].fieldPath'],
    ['a bad selector', [trigger(deployments, { fieldPath: path('?(@.image=="db")') })], '[0].fieldPath'],
    ['a name without tag', [trigger(deployments, from({ name: 'mysql' }))], '[0].from.name'],
    ['another kind', [trigger(deployments, from({ kind: 'ImageStream' }))], '[0].from.kind'],
  ])('%s', async (_, annotation, place) => {
    const { code, reason, details } = refused(await validate(annotated('deployments', annotation), around()));
    expect({ code, reason }).toEqual({ code: 422, reason: 'Invalid' });
    expect(details).toMatchObject({ group: 'apps', kind: 'Deployment', name: 'shop' });
    const told = `Invalid value: ${triggersAnnotation}${place} `;
    expect(details?.causes).toMatchObject([
      { reason: 'FieldValueInvalid', field: 'metadata.annotations', message: expect.stringContaining(told) },
    ]);
  });

  it('is told of in one sentence that names the place, what is there and what was meant', async () => {
    const annotation = [trigger(deployments, { fieldPath: path('?(@.name=="dbx")') })];
    expect(refused(await validate(annotated('deployments', annotation), around())).message).toBe(
      `Deployment.apps "shop" is invalid: metadata.annotations: Invalid value: ${triggersAnnotation}[0].fieldPath selects container "dbx", but the Deployment has the container "db"; did you mean "db"?`,
    );
  });

  it('has all its errors told at once, and its warnings too', async () => {
    const wrong = trigger(deployments, { fieldPath: path('7'), pause: true });
    const { answer } = await validate(annotated('deployments', [wrong, 1]), around());
    expect(answer).toMatchObject({
      allowed: false,
      status: { details: { causes: [{}, {}] } },
      warnings: [{}],
    });
  });
});

describe('a trigger annotation that is accepted with a warning', () => {
  it.each([
    ['paused as a string', { paused: 'false' }, '[0].paused'],
    ['single quotes', { fieldPath: path("?(@.name=='db')") }, '[0].fieldPath'],
    ['spaces', { fieldPath: path('?(@.name == "db")') }, '[0].fieldPath'],
    ['an API version', from({ apiVersion: 'image.openshift.io/v1' }), '[0].from.apiVersion'],
    ['an unknown key', { pause: true }, '[0].pause'],
    ['a stream that does not exist', from({ name: 'mysqll:5.7' }), '[0].from.name'],
    ['a tag that does not exist', from({ name: 'mysql:8' }), '[0].from.name'],
  ])('%s', async (_, part, place) => {
    const request = annotated('deployments', [trigger(deployments, part)]);
    const { answer } = await validate(request, around());
    expect(answer).toMatchObject({ allowed: true, patch: [] });
    expect(answer.warnings).toHaveLength(1);
    expect(answer.warnings[0]).toContain(`${triggersAnnotation}${place} `);
  });

  it('two spellings for one container', async () => {
    const twice = [good, trigger(deployments, { fieldPath: path('0') })];
    const { answer } = await validate(annotated('deployments', twice), around());
    expect(answer).toMatchObject({ allowed: true, warnings: [expect.stringContaining('[1].fieldPath')] });
  });

  it('is told what exists: the stream that was meant', async () => {
    const request = annotated('deployments', [trigger(deployments, from({ name: 'mysqll:5.7' }))]);
    expect((await validate(request, around())).answer.warnings).toEqual([
      `${triggersAnnotation}[0].from.name names image stream "mysqll", which does not exist in namespace "app" yet; did you mean "mysql"?`,
    ]);
  });
});

describe.each(builtInKinds.map((kind) => [`${kind.kind}.${kind.group}`, kind] as const))('%s', (_, kind) => {
  const resource = `${kind.resource}.${kind.group}`;

  it('may follow a stream', async () => {
    const { answer } = await validate(annotated(resource, [trigger(kind)]), around());
    const ignored =
      kind.upstreamTriggers === undefined ? [expect.stringContaining('OpenShift ignores it')] : [];
    expect(answer).toEqual({ allowed: true, patch: [], warnings: ignored });
  });

  it('may not carry a wrong annotation', async () => {
    const wrong = trigger(kind, { fieldPath: 'spec.nowhere[0].image' });
    expect(refused(await validate(annotated(resource, [wrong]), around())).details?.kind).toBe(kind.kind);
  });
});

describe('a workload without triggers', () => {
  it.each([['[]'], ['null']])('is admitted with %s', async (text) => {
    expect(isUntouched((await validate(annotated('deployments', text), around())).answer)).toBe(true);
  });

  it('asks nobody for anything', async () => {
    const surroundings = around();
    await validate(annotated('deployments', '[]'), surroundings);
    expect(surroundings.streams.lookups).toEqual([]);
  });
});

describe('what exists of a followed stream', () => {
  it.each([
    ['is asked of memory alone where it is there', ['mysql:5.7'], []],
    ['is asked for where memory lacks it', ['nosuch:1'], ['app/nosuch']],
    ['is asked for where memory lacks the tag', ['mysql:8'], ['app/mysql']],
  ])('%s', async (_, names, lookups) => {
    const surroundings = around();
    const triggers = names.map((name) => trigger(deployments, from({ name })));
    await validate(annotated('deployments', triggers), surroundings);
    expect(surroundings.streams.lookups).toEqual(lookups);
  });

  it('is not guessed at when nobody can be asked', async () => {
    const surroundings = around();
    surroundings.streams.unavailable = true;
    const request = annotated('deployments', [trigger(deployments, from({ name: 'nosuch:1' }))]);
    expect(isUntouched((await validate(request, surroundings)).answer)).toBe(true);
  });

  it('may be a stream that came a moment ago', async () => {
    const streams = new StreamsFixture();
    streams.create(imageStream('mysql', [{ tag: '5.7' }]));
    expect(isUntouched((await validate(annotated('deployments', [good]), around({ streams }))).answer)).toBe(
      true,
    );
  });
});
