import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anchorsIn, checkout, pages, proseOf, textOf } from './pages.ts';

const link = /\]\(([^)\s]+)\)/g;
const elsewhere = /^[a-z]+:/;

/** What is wrong with a link of a page; undefined where it leads somewhere. */
function fault(page: string, target: string): string | undefined {
  const [path = '', anchor = ''] = target.split('#', 2);
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(checkout, file))) return `${target}: there is no ${file}`;
  if (anchor === '' || !file.endsWith('.md') || anchorsIn(textOf(file)).has(anchor)) return undefined;
  return `${target}: ${file} has no such heading`;
}

describe.each(pages())('the links of %s', (page) => {
  it('lead somewhere', () => {
    const targets = Array.from(proseOf(textOf(page)).matchAll(link), ([, target = '']) => target);
    const inside = targets.filter((target) => !elsewhere.test(target));
    expect(inside.flatMap((target) => fault(page, target) ?? [])).toEqual([]);
  });
});

describe('the index', () => {
  it('names every page of the documentation', () => {
    const index = textOf('docs/README.md');
    const missing = pages()
      .filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
      .filter((page) => !index.includes(`](${page.slice('docs/'.length)})`));
    expect(missing).toEqual([]);
  });
});
