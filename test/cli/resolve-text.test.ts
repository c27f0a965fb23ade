import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defaultSettings } from '../../src/admission/index.ts';
import { resolveManifest } from '../../src/cli/resolve-manifest.ts';
import { StreamDirectory } from '../../src/cli/stream-directory.ts';
import { checkout } from './program.ts';

const digest =
  'quay.io/keycloak/keycloak@sha256:4c1bd1a0135c5ce8a6a61aaf681698ecdfb53b6741a25e01199214fba11f1dfd';
const around = {
  settings: { ...defaultSettings, provenance: false },
  streams: new StreamDirectory(join(checkout, 'examples/streams'), 'default'),
  excludedRules: () => new Set<string>(),
};
const resolve = (text: string) => resolveManifest('file', text, 'myproject', around);

const head = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
const listed = `apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  apiVersion: v1\n  data: {a:   b}\n- ${head.replaceAll('\n', '\n  ')}spec: {containers: [{name: a, image: IMAGE}]}\n`;

describe('the text of a resolved manifest', () => {
  it.each([
    [
      'comments, blank lines, indentation',
      `# top\n\n${head}spec:\n    containers:\n    -   name: a # one\n\n        image:   IMAGE   # two\n# end\n`,
    ],
    ['double quotes', `${head}spec: {containers: [{name: a, image: "IMAGE"}]}\n`],
    ['single quotes', `${head}spec: {containers: [{name: a, image: 'IMAGE' }]}\n`],
    [
      'Windows line ends',
      `${head}spec:\n  containers:\n  - name: a\n    image: IMAGE\n`.replaceAll('\n', '\r\n'),
    ],
    ['a byte order mark', `\ufeff${head}spec: {containers: [{name: a, image: IMAGE}]}`],
    ['no line end at the end', `${head}spec: {containers: [{name: a, image: IMAGE}]}`],
    [
      'JSON with tabs',
      '{\n\t"apiVersion": "v1",\n\t"kind": "Pod",\n\t"spec": {"containers": [\n\t\t{"name": "a", "image": "IMAGE"}]}\n}\n',
    ],
    ['a List', listed],
    [
      'other documents',
      `%YAML 1.2\n---\n${head}spec: {containers: [{name: a, image: IMAGE}]}\n...\n---\n# none\n---\nkind:   x\n---\n`,
    ],
    [
      'an anchored container used twice',
      `${head}spec:\n  initContainers: [&c {name: a, image: IMAGE}]\n  containers: [*c]\n`,
    ],
    ['an explicit tag', `${head}spec: {containers: [{name: a, image: !!str IMAGE}]}\n`],
    [
      'all lists and image volumes',
      `${head}spec:\n  initContainers: [{name: i, image: IMAGE}]\n  volumes: [{name: v, image: {reference: IMAGE}}]\n  containers: [{name: a, image: IMAGE}]\n`,
    ],
  ])('keeps %s', async (_, text) => {
    const wanted = text.replaceAll('IMAGE', digest);
    expect(await resolve(text.replaceAll('IMAGE', 'keycloak:20'))).toEqual({
      text: wanted,
      errors: [],
      warnings: [],
    });
    expect((await resolve(wanted)).text).toBe(wanted);
  });

  it.each([
    ['no workload', 'apiVersion: v1\nkind: ConfigMap\ndata: {image:   "keycloak:20"}\n'],
    ['nothing at all', ''],
    ['only a comment', '# nothing\n'],
    ['a scalar', 'keycloak:20\n'],
    [
      'a kind of another group',
      'apiVersion: example.org/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: keycloak:20}]}}}\n',
    ],
    ['a workload without images', 'apiVersion: v1\nkind: Pod\nspec: 7\n'],
  ])('is the text itself for %s', async (_, text) => {
    expect(await resolve(text)).toEqual({ text, errors: [], warnings: [] });
  });

  it('replaces an alias, not what it stands for', async () => {
    const text = `${head}spec:\n  containers: [{name: a, env: [{name: A, value: &i keycloak:20}], image: *i }]\n`;
    expect(await resolve(text)).toEqual({ text: text.replace('*i', digest), errors: [], warnings: [] });
  });

  it.each([
    [
      'an anchor that other fields share',
      `containers: [{name: a, image: &i keycloak:20, env: [{name: A, value: *i}]}]`,
      'keycloak:20',
    ],
    ['a merge key', `x: &c {image: keycloak:20}\n  containers: [{<<: *c, name: a}]`, 'keycloak:20'],
    ['a block scalar', 'containers:\n  - name: a\n    image: >-\n      keycloak:20', undefined],
  ])('is written anew, with a warning, for %s', async (_, spec, left) => {
    const { text, warnings } = await resolve(`# gone\n---\n${head}spec:\n  ${spec}\n---\n# stays\nkind: x\n`);
    expect(text).toMatch(/^---\napiVersion: v1\n/m);
    expect(text).toContain(`image: ${digest}\n`);
    expect(text.includes('keycloak:20\n')).toBe(left !== undefined);
    expect(text.endsWith('---\n# stays\nkind: x\n')).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/^file: document 1: warning: written anew/)]);
    expect((await resolve(text)).text).toBe(text);
  });

  it.each([
    ['a: *nowhere\n', 'file:1:4: Unresolved alias (the anchor must be set before the alias): nowhere'],
    ['a: {{ .Values.image }}\n- b', expect.stringMatching(/^file:2:1: /)],
  ])('is refused for %j', async (text, error) => {
    expect(await resolve(text)).toEqual({ text, errors: [error], warnings: [] });
  });
});
