import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { chartFiles } from '../../generate/chart-files.ts';

const root = join(import.meta.dirname, '..', '..');
const files = chartFiles();

describe('the generated files of the chart', () => {
  it.each([...files])('%s is current', (file, text) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
  });

  it('are all there is in the directory of templates', () => {
    const directory = 'charts/imagestreams/templates/generated';
    expect(
      readdirSync(join(root, directory))
        .map((name) => `${directory}/${name}`)
        .sort(),
    ).toEqual([...files.keys()].filter((file) => file.startsWith(directory)).sort());
  });
});
