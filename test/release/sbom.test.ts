import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { checkout } from '../../release/program.ts';
import { bundledPackages, bundledSbom, type Component, type Sbom, settledSbom } from '../../release/sbom.ts';

jest.setTimeout(120_000);

const directory = mkdtempSync(join(tmpdir(), 'imagestreams-sbom-'));
afterAll(() => rmSync(directory, { recursive: true }));

const run = (...args: readonly string[]) =>
  execFileSync(process.execPath, args, { cwd: checkout, env: { ...process.env, NODE_OPTIONS: '' } });
const written = (name: string): Sbom => {
  const file = join(directory, name);
  run('release/main.ts', 'sbom', file, '--bundle', join(directory, 'dist'));
  return JSON.parse(readFileSync(file, 'utf8')) as Sbom;
};
const refs = (components: readonly Component[]) => components.map((each) => each['bom-ref']);

describe('the SBOM of this program', () => {
  let sbom: Sbom;
  beforeAll(() => {
    run('build.ts', join(directory, 'dist'));
    sbom = written('one.json');
  });

  it('is CycloneDX, and about this version', () => {
    const { name, version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 });
    expect(sbom.metadata.component).toMatchObject({ type: 'application', name, version });
    expect(sbom.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('has all that is bundled, by hash and licence, and nothing else', () => {
    const licences = readFileSync(join(directory, 'dist', 'LICENSES.txt'), 'utf8');
    const bundled = bundledPackages(licences);
    expect(new Set([sbom.metadata.component['bom-ref'], ...refs(sbom.components)])).toEqual(bundled);
    expect(new Set(refs(sbom.components)).size).toBe(sbom.components.length);
    for (const component of sbom.components) {
      expect(component).toMatchObject({
        type: 'library',
        purl: expect.stringMatching(/^pkg:npm\//),
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
        licenses: [expect.anything()],
      });
    }
  });

  it('has every library of package.json, also those that development needs as well', () => {
    const { dependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    const names = sbom.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  it('says what needs what, of what it has', () => {
    const known = new Set([sbom.metadata.component['bom-ref'], ...refs(sbom.components)]);
    const named = sbom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !known.has(ref))).toEqual([]);
    expect(new Set(sbom.dependencies.map(({ ref }) => ref))).toEqual(known);
  });

  it('is the same another time', () => expect(written('two.json')).toEqual(sbom));
});

describe('an SBOM', () => {
  const component = { 'bom-ref': 'app@1', name: 'directory' };
  const library = { 'bom-ref': 'a@1', name: 'a' };
  const document: Sbom = {
    metadata: { timestamp: 'now', component },
    components: [library, { 'bom-ref': 'dev@1', name: 'dev' }],
    dependencies: [
      { ref: 'app@1', dependsOn: ['a@1', 'dev@1'] },
      { ref: 'dev@1', dependsOn: [] },
    ],
  };

  it('leaves out what is not bundled', () => {
    const { components, dependencies } = bundledSbom(document, new Set(['app@1', 'a@1']));
    expect(components).toEqual([library]);
    expect(dependencies).toEqual([{ ref: 'app@1', dependsOn: ['a@1'] }]);
  });

  it('is an error when something is bundled that it does not know', () => {
    expect(() => bundledSbom(document, new Set(['app@1', 'b@2']))).toThrow(
      'bundled, but not in the lockfile: b@2',
    );
  });

  it('has the time of the commit, and a number of its own', () => {
    const one = settledSbom(document, 'app', 86_400);
    expect(one.metadata).toEqual({
      timestamp: '1970-01-02T00:00:00.000Z',
      component: { ...component, name: 'app' },
    });
    expect(settledSbom(document, 'other', 86_400).serialNumber).not.toBe(one.serialNumber);
  });
});
