import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, 'previous');
const packages = readdirSync(directory).filter((file) => file.endsWith('.tgz'));

/** The package of the chart that was released before this one. */
export const previousChart = join(directory, packages[0] ?? '');

/** What its objects are labelled with, such as `imagestreams-1.2.3`. */
export const previousName = (packages[0] ?? '').replace(/\.tgz$/, '');

if (packages.length !== 1) throw new Error(`there are ${packages.length} packages in ${directory}, not one`);
