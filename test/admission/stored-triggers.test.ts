import { describe, expect, it } from '@jest/globals';
import { validate } from '../../src/admission/index.ts';
import { deployment, isUntouched, kindOf, refused } from './reviews.ts';
import { around } from './surroundings.ts';
import { annotated, db, trigger } from './trigger-annotations.ts';

const kind = kindOf('deployments');
const wrongPath = trigger(kind, { fieldPath: 'spec.template.spec.containers[9].image' });
const wrongKind = trigger(kind, { from: { kind: 'DockerImage', name: 'mysql:5.7' } });

const stored = (annotation: string | readonly unknown[], contents = db) =>
  annotated('deployments', annotation, { contents }).object ?? undefined;

function update(old: string | readonly unknown[], now: string | readonly unknown[], contents = db) {
  const before = stored(old);
  return annotated('deployments', now, { contents, ...(before === undefined ? {} : { old: before }) });
}

describe('a wrong annotation that was stored before', () => {
  it.each([
    ['no JSON', '[{', '[{'],
    ['a wrong path', [wrongPath], [wrongPath]],
    ['another kind', [wrongKind], [wrongKind]],
    ['a wrong path, beside a right one now', [wrongPath], [wrongPath, trigger(kind)]],
  ])('only warns while it stays: %s', async (_, old, now) => {
    const { answer } = await validate(update(old, now), around());
    expect(answer).toMatchObject({ allowed: true, patch: [], warnings: [{}] });
  });

  it('does not hold up a scale of the object', async () => {
    const request = update([wrongPath], [wrongPath]);
    const spec = { ...(request.object?.['spec'] as object), replicas: 9 };
    const { answer } = await validate({ ...request, object: { ...request.object, spec } }, around());
    expect(answer.allowed).toBe(true);
  });

  it.each([
    ['another text that is no JSON', '[{', '[['],
    ['an error in an entry that was right', [trigger(kind)], [wrongPath]],
    ['another error in the same entry', [wrongPath], [wrongKind]],
    ['one more error', [wrongPath], [wrongPath, wrongKind]],
  ])('does not excuse a new fault: %s', async (_, old, now) => {
    expect(refused(await validate(update(old, now), around())).code).toBe(422);
  });

  it('is no excuse when the container it named goes', async () => {
    const gone = { containers: [{ name: 'web', image: 'x/y' }] };
    const request = update([trigger(kind)], [trigger(kind)], gone);
    expect(refused(await validate(request, around())).message).toContain('selects container "db"');
  });

  it('is refused where the object had no annotation', async () => {
    const request = annotated('deployments', [wrongPath], { old: deployment(db) });
    expect(refused(await validate(request, around())).code).toBe(422);
  });

  it('may be taken away', async () => {
    const old = stored([wrongPath]);
    const request = { ...annotated('deployments', '[]'), operation: 'UPDATE', oldObject: old ?? null };
    expect(isUntouched((await validate(request, around())).answer)).toBe(true);
  });
});
