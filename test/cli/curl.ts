/** As much of curl as the printed command lines use, for machines without it. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    'show-error': { type: 'boolean', short: 'S' },
    cacert: { type: 'string' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string' },
  },
});
const headers = (values.header ?? []).map((line) => line.split(': ', 2) as [string, string]);
const sent = request(
  positionals[0] ?? '',
  { method: 'POST', headers: Object.fromEntries(headers), ca: readFileSync(values.cacert ?? '') },
  (response) => response.pipe(process.stdout),
);
sent.end(readFileSync((values.data ?? '').slice(1)));
