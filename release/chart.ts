import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metadataWithImage, pushedDigest, type ReleasedImage, valuesWithImage } from './chart-values.ts';
import { checkout, run } from './program.ts';

/**
 * Packages the chart with the released image as its default, so that whoever trusts the chart trusts the image.
 *
 * @returns path of the package
 */
export async function packageChart(image: ReleasedImage, directory: string): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), 'imagestreams-chart-'));
  try {
    const chart = join(work, 'imagestreams');
    await cp(join(checkout, 'charts', 'imagestreams'), chart, { recursive: true });
    for (const [file, withImage] of [
      ['values.yaml', valuesWithImage],
      ['Chart.yaml', metadataWithImage],
    ] as const) {
      const path = join(chart, file);
      await writeFile(path, withImage(await readFile(path, 'utf8'), image));
    }
    const { stdout } = await run('helm', ['package', chart, '--destination', directory]);
    const [, path] = /saved it to: (.+)$/m.exec(stdout) ?? [];
    if (path === undefined) throw new Error(`helm package named no file: ${stdout.trim()}`);
    return path;
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Pushes a package to a registry. @returns the digest of what is there now */
export async function pushChart(path: string, to: string, plainHttp: boolean): Promise<string> {
  const { stdout, stderr } = await run('helm', ['push', path, to, ...(plainHttp ? ['--plain-http'] : [])]);
  return pushedDigest(`${stdout}${stderr}`);
}
