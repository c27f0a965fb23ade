import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { packageChart, pushChart } from './chart.ts';
import { releasedImage } from './chart-values.ts';
import { checkout, run } from './program.ts';
import { bundledPackages, bundledSbom, type Sbom, sbomArgs, settledSbom } from './sbom.ts';
import { versionProblems } from './versions.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

interface ChartFile {
  readonly version: string;
  readonly appVersion: string;
}

interface ChartOptions {
  readonly image: string;
  readonly push?: string;
  readonly plainHttp: boolean;
}

const program = new Command('release').description('the steps of a release; the workflow runs them');

program
  .command('versions')
  .description('check that package, lockfile, chart and tag say the same version')
  .argument('[tag]', 'such as v0.1.0')
  .action(async (tag?: string) => {
    const [manifest, lock] = [
      await json<Manifest>('package.json'),
      await json<Manifest>('package-lock.json'),
    ];
    const { version: chart, appVersion: app } = parse(
      await text('charts/imagestreams/Chart.yaml'),
    ) as ChartFile;
    const problems = versionProblems({ tag, package: manifest.version, lock: lock.version, chart, app });
    if (problems.length > 0) throw new Error(problems.join('\n'));
    console.log(manifest.version);
  });

program
  .command('sbom')
  .description('write the SBOM of the bundle (CycloneDX)')
  .argument('<file>')
  .option('--bundle <directory>', 'what `npm run build` has made', 'dist')
  .action(async (file: string, { bundle }: { readonly bundle: string }) => {
    const { name } = await json<Manifest>('package.json');
    const licences = await readFile(join(bundle, 'LICENSES.txt'), 'utf8');
    const [npm, committed] = [await run('npm', sbomArgs), await run('git', ['log', '-1', '--format=%ct'])];
    const bundled = bundledSbom(JSON.parse(npm.stdout) as Sbom, bundledPackages(licences));
    await mkdir(dirname(file), { recursive: true });
    const settled = settledSbom(bundled, name, Number(committed.stdout));
    await writeFile(file, `${JSON.stringify(settled, null, 2)}\n`);
  });

program
  .command('chart')
  .description('package the chart with an image as its default; prints `file=` and `digest=`')
  .argument('<directory>', 'where the package is to be')
  .requiredOption('--image <image>', 'REGISTRY/REPOSITORY@sha256:…')
  .option('--push <url>', 'also push it: oci://REGISTRY/REPOSITORY')
  .option('--plain-http', 'to a registry without TLS', false)
  .action(async (directory: string, { image, push, plainHttp }: ChartOptions) => {
    const file = await packageChart(releasedImage(image), directory);
    console.log(`file=${file}`);
    if (push !== undefined) console.log(`digest=${await pushChart(file, push, plainHttp)}`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`release: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await text(path)) as T;
}

function text(path: string): Promise<string> {
  return readFile(join(checkout, path), 'utf8');
}
