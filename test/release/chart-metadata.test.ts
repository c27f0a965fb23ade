import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { metadataWithImage } from '../../release/chart-values.ts';
import { checkout } from '../../release/program.ts';
import { imageStreamCustomResource } from '../../src/imagestream/index.ts';

const read = (file: string) => readFileSync(join(checkout, file), 'utf8');
const text = read('charts/imagestreams/Chart.yaml');
const metadata = parse(text);
const values = parse(read('charts/imagestreams/values.yaml'));
const program = JSON.parse(read('package.json'));

/** What an annotation for Artifact Hub says. */
function told(name: string, of = metadata): readonly Readonly<Record<string, string>>[] {
  return parse(of.annotations[`artifacthub.io/${name}`]);
}

describe("the chart's metadata", () => {
  it('describe the program', () => {
    expect(metadata.description).toBe(program.description);
    expect(metadata.annotations['artifacthub.io/license']).toBe(program.license);
  });

  it('name the image that the values do', () => {
    const { registry, repository, tag } = values.image;
    const image = `${registry}/${repository}:${tag === '' ? metadata.appVersion : tag}`;
    expect(told('images')).toEqual([{ name: 'imagestreams', image }]);
  });

  it('name the released image in a release, and nothing else changes', () => {
    const image = {
      registry: 'example.com:5000',
      repository: 'team/app',
      digest: `sha256:${'a'.repeat(64)}`,
    };
    const released = parse(metadataWithImage(text, image));
    expect(told('images', released)).toEqual([
      { name: 'imagestreams', image: `example.com:5000/team/app@${image.digest}` },
    ]);
    const others = { ...released.annotations, 'artifacthub.io/images': expect.any(String) };
    expect({ ...released, annotations: others }).toEqual({ ...metadata, annotations: others });
  });

  it('name the CustomResourceDefinition, in the version that users see', () => {
    const { metadata: made, spec } = imageStreamCustomResource as unknown as {
      readonly metadata: { readonly name: string };
      readonly spec: {
        readonly names: { readonly kind: string };
        readonly versions: readonly { name: string }[];
      };
    };
    const [{ kind = '', name = '', version = '' } = {}, ...more] = told('crds');
    expect({ kind, name, more }).toEqual({ kind: spec.names.kind, name: made.name, more: [] });
    expect(version).toBe('v1');
    expect(spec.versions.map((each) => each.name)).toContain(version);
    for (const example of told('crdsExamples')) {
      expect(example).toMatchObject({ apiVersion: `image.openshift.io/${version}`, kind });
    }
  });

  it('link to pages that are there', () => {
    const [source = ''] = metadata.sources;
    expect(metadata.home).toBe(source);
    for (const { url = '' } of told('links')) {
      const [, page = ''] = url.split(`${source}/blob/main/`);
      expect([url, existsSync(join(checkout, page))]).toEqual([url, page !== '']);
    }
  });

  it('tell what has changed in words that Artifact Hub knows', () => {
    const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'];
    for (const { kind, description } of told('changes')) {
      expect(kinds).toContain(kind);
      expect(description).toMatch(/^[A-Za-z].*[^.]$/);
    }
  });
});

describe('the chart before this one', () => {
  it('has another version', () => {
    expect(existsSync(join(checkout, `test/chart/previous/imagestreams-${metadata.version}.tgz`))).toBe(
      false,
    );
  });
});
