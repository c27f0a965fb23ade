import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import manifest from './package.json' with { type: 'json' };

const root = import.meta.dirname;
const directory = resolve(root, process.argv[2] ?? 'dist');

/**
 * Bundles the command line with everything it needs into `imagestreams.js` and the chunks it loads on demand, in `dist` or the
 * directory that is given, and puts the licences of what went in beside it. The same input gives the same bytes, wherever it is
 * built.
 */
async function bundle(): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    entryNames: 'imagestreams',
    chunkNames: 'chunks/[name]-[hash]',
    outdir: relative(root, directory),
    bundle: true,
    // what a process does not use it does not load: in a pod neither client-node nor the readable log
    splitting: true,
    platform: 'node',
    target: 'node24',
    // top-level await rules CommonJS out
    format: 'esm',
    // packages that are CommonJS require Node's own modules
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [requiredBuiltins],
    // the text stays in memory, so it is made short; names stay whole, so that a stack trace can be read
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 200,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  await Promise.all(Object.keys(metafile.outputs).map(assertAscii));
  await writeFile(join(directory, 'LICENSES.txt'), await licencesOf(packagesIn(metafile)));
  // wherever the directory is copied to, Node takes the file for an ES module without having to try
  const { name, version, license, type } = manifest;
  await writeFile(
    join(directory, 'package.json'),
    `${JSON.stringify({ name, version, license, type }, null, 2)}\n`,
  );
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    console.log(`${file}: ${(bytes / 2 ** 20).toFixed(1)} MiB`);
  }
}

/**
 * Turns imports of Node's own modules into `require`. An import reads every export of a module at once, and of `node:http` that
 * loads Node's fetch and WebSocket, 3 MiB that nobody here uses.
 */
const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup({ onResolve, onLoad }) {
    const builtin = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter: builtin }, ({ kind, path }) =>
      kind === 'import-statement'
        ? { path: path.replace(/^(node:)?/, 'node:'), namespace: 'builtin' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * V8 keeps source text with one character beyond Latin-1 at two bytes a character, which is 4 MiB here. esbuild escapes such
 * characters everywhere but in regular expressions.
 */
async function assertAscii(file: string): Promise<void> {
  const text = await readFile(join(root, file), 'utf8');
  const found = /.{0,40}[^\0-\x7f].{0,40}/.exec(text)?.[0];
  if (found !== undefined) {
    throw new Error(`${file} is not ASCII; write \\u…. in the regular expression: ${found}`);
  }
}

/** The directories of all packages that the bundle has a line of, in the order of their names. */
function packagesIn({ inputs }: Metafile): readonly string[] {
  const directories = Object.keys(inputs).flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [],
  );
  return [...new Set(directories)].sort();
}

async function licencesOf(packages: readonly string[]): Promise<string> {
  const parts = await Promise.all(['.', ...packages].map(licenceOf));
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf(packageDirectory: string): Promise<string> {
  const path = join(root, packageDirectory);
  const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const files = (await readdir(path)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(path, file), 'utf8')));
  return `${[`${name} ${version} (${license ?? 'see below'})`, ...texts.map((text) => text.trim())].join('\n\n')}\n`;
}

await bundle();
