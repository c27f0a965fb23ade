import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Stands in the checkout and in the package alike. */
const review = join(import.meta.dirname, '../../examples/reviews/rewritten.json');

/** Prints the patch of a response in plain text; `fs` needs no import there. */
const decode = `node -pe 'atob(JSON.parse(fs.readFileSync(0)).response.patch)'`;

export interface TryIt {
  /** Sends an example review. */
  readonly curl: string;
  /** The same, and shows the patch as text. */
  readonly decoded: string;
  /** Where more reviews lie. */
  readonly reviews: string;
}

/** Command lines that work from the current directory; undefined where the examples are not at hand. */
export function tryIt(url: string, caFile: string): TryIt | undefined {
  if (!existsSync(review)) return undefined;
  const curl = [
    'curl -sS --cacert',
    quoted(nearest(caFile)),
    "-H 'content-type: application/json' --data",
    quoted(`@${nearest(review)}`),
    `${url}/mutate`,
  ].join(' ');
  return { curl, decoded: `${curl} | ${decode}`, reviews: nearest(dirname(review)) };
}

function nearest(path: string): string {
  const here = relative(process.cwd(), path);
  return here.startsWith(`..${sep}`) ? path : here;
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
