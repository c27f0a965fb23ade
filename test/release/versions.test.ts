import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { checkout } from '../../release/program.ts';
import { versionProblems } from '../../release/versions.ts';

const fitting = { tag: 'v1.2.3', package: '1.2.3', lock: '1.2.3', chart: '1.2.3', app: '1.2.3' };

describe('versions', () => {
  it('of this checkout fit', () => {
    const args = ['release/main.ts', 'versions'];
    const said = execFileSync(process.execPath, args, {
      cwd: checkout,
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['of a release', fitting],
    ['between releases', { ...fitting, tag: undefined }],
    [
      'of a candidate',
      {
        tag: 'v2.0.0-rc.1',
        package: '2.0.0-rc.1',
        lock: '2.0.0-rc.1',
        chart: '2.0.0-rc.1',
        app: '2.0.0-rc.1',
      },
    ],
  ])('%s fit', (_, versions) => expect(versionProblems(versions)).toEqual([]));

  it.each([
    ['the tag', { tag: 'v1.2.4' }, 'the tag is "v1.2.4"; for version 1.2.3 it has to be "v1.2.3"'],
    ['a tag without v', { tag: '1.2.3' }, 'the tag is "1.2.3"; for version 1.2.3 it has to be "v1.2.3"'],
    [
      'the lockfile',
      { lock: '1.2.2' },
      'version in package-lock.json is "1.2.2", and version in package.json "1.2.3"',
    ],
    [
      'the chart',
      { chart: '1.2.2' },
      'version in Chart.yaml is "1.2.2", and version in package.json "1.2.3"',
    ],
    [
      'the image',
      { app: '1.2.2' },
      'appVersion in Chart.yaml is "1.2.2", and version in package.json "1.2.3"',
    ],
  ])('that do not fit name %s', (_, change, problem) => {
    expect(versionProblems({ ...fitting, ...change })).toEqual([problem]);
  });

  it('have three numbers', () => {
    const versions = { package: '1.2', lock: '1.2', chart: '1.2', app: '1.2' };
    expect(versionProblems(versions)).toEqual(['version in package.json is "1.2"; write MAJOR.MINOR.PATCH']);
  });
});
