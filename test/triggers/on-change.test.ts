import { describe, expect, it } from '@jest/globals';
import { onChangeFindings } from '../../src/triggers/index.ts';
import { decodeOnChange } from '../../src/triggers/on-change.ts';
import { kindOf } from './fixtures.ts';

const jobs = kindOf('jobs');
const annotated = (onChange: string, annotations: object = { 'image.openshift.io/triggers': '[]' }) => ({
  metadata: { annotations: { ...annotations, 'imagestreams.io/on-change': onChange } },
});

describe('imagestreams.io/on-change', () => {
  it.each([
    ['recreate', ['Waiting']],
    ['recreate-finished', ['Waiting', 'Finished']],
    ['recreate-running', ['Waiting', 'Started']],
    ['recreate-finished,recreate-running', ['Waiting', 'Finished', 'Started']],
    [' recreate , recreate-running ', ['Waiting', 'Started']],
    ['recreate,recreate', ['Waiting']],
  ])('%j has Jobs replaced that are %j', (text, phases) => {
    const { phases: found, unknown } = decodeOnChange(text);
    expect([...found]).toEqual(phases);
    expect(unknown).toEqual([]);
    expect(onChangeFindings(jobs, annotated(text))).toEqual([]);
  });

  it.each([
    '',
    ',',
    'recreate,',
    'Recreate',
    'recreate-all',
    'recreate recreate-running',
    '__proto__',
    'toString',
  ])('%j has none replaced, and is refused', (text) => {
    expect(decodeOnChange(text).phases.size).toBe(0);
    expect(onChangeFindings(jobs, annotated(text))).toMatchObject([
      { code: 'UnknownWord', severity: 'Error' },
    ]);
  });

  it('tells a wrong word, what was meant, and all that there are', () => {
    const [finding] = onChangeFindings(jobs, annotated('recreate, recreate-finishd'));
    expect(finding?.message).toBe(
      'imagestreams.io/on-change is "recreate, recreate-finishd", and "recreate-finishd" is no word that it knows (did you mean "recreate-finished"?); write recreate or recreate-finished or recreate-running, or several of them separated by commas',
    );
  });

  it('warns of what is stored already, and of what can do nothing', () => {
    const wrong = annotated('all');
    expect(onChangeFindings(jobs, wrong, wrong)).toMatchObject([
      { code: 'UnknownWord', severity: 'Warning' },
    ]);
    expect(onChangeFindings(jobs, wrong, annotated('recreate'))).toMatchObject([{ severity: 'Error' }]);
    expect(onChangeFindings(jobs, annotated('recreate', {}))).toMatchObject([
      { code: 'NothingFollowed', severity: 'Warning' },
    ]);
    const deployments = kindOf('deployments');
    const elsewhere = annotated('recreate');
    expect(onChangeFindings(deployments, elsewhere)).toEqual([
      {
        code: 'NotAJob',
        severity: 'Warning',
        message:
          'imagestreams.io/on-change is "recreate", but it acts on a Job only, and this is a Deployment; leave it out',
      },
    ]);
    expect(onChangeFindings(deployments, elsewhere, elsewhere)).toEqual([]);
    expect(onChangeFindings(jobs, {})).toEqual([]);
  });
});
