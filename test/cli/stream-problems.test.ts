import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { StreamDirectory } from '../../src/cli/stream-directory.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { inTemporaryDirectory, run } from './program.ts';

const stream = (rest: string, name = 'keycloak') =>
  `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: ${name}\n${rest}`;

const cases: readonly (readonly [what: string, files: Readonly<Record<string, string>>, line: string])[] = [
  [
    'an empty directory',
    {},
    'there is no image stream in streams; give a directory with manifests (*.yaml, *.yml, *.json) of kind ImageStream',
  ],
  [
    'other kinds only',
    { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\n' },
    'there is no image stream in streams; give a directory with manifests (*.yaml, *.yml, *.json) of kind ImageStream',
  ],
  [
    'broken YAML',
    { 'a.yaml': 'a: [1\nb: 2\n' },
    'streams/a.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'broken JSON',
    { 'a.json': '{"kind": "ImageStream",\n "kind": 1}' },
    'streams/a.json:2:2: Map keys must be unique',
  ],
  ['no object', { 'a.yaml': 'hello\n' }, 'streams/a.yaml:1: document 1 is no Kubernetes object'],
  [
    'a wrong apiVersion',
    { 'a.yaml': 'kind: ImageStream\napiVersion: v1\n' },
    'streams/a.yaml:2: document 1: apiVersion of an ImageStream must be image.openshift.io/v1',
  ],
  ['no name', { 'a.yaml': stream('', '""') }, 'streams/a.yaml:4: document 1: metadata.name is missing'],
  [
    'a name that is a number',
    { 'a.yaml': stream('', '20') },
    'streams/a.yaml:4: document 1: metadata.name is the number 20 and must be a string; put it in quotes',
  ],
  [
    'a misspelt field',
    { 'a.yaml': stream('spec:\n  lookupPolcy: {local: true}\n') },
    'streams/a.yaml:6: document 1: spec.lookupPolcy is no field of an ImageStream; did you mean "lookupPolicy"?',
  ],
  [
    'a string for a boolean',
    { 'a.yaml': stream('spec:\n  lookupPolicy: {local: "true"}\n') },
    'streams/a.yaml:6: document 1: spec.lookupPolicy.local is a string and must be true or false',
  ],
  [
    'a tag without quotes',
    { 'a.yaml': `---\n${stream('')}---\n${stream('spec:\n  tags:\n  - name: 20\n', 'b')}` },
    'streams/a.yaml:13: document 2: spec.tags[0].name is the number 20 and must be a string; put it in quotes',
  ],
  [
    'the same tag twice',
    { 'a.yaml': stream('spec:\n  tags:\n  - name: a\n  - name: a\n') },
    'streams/a.yaml:8: document 1: spec.tags[1].name is "a" a second time; keep one of them',
  ],
  [
    'a digest cut short',
    { 'a.yaml': stream('status:\n  tags:\n  - tag: a\n    items:\n    - image: sha256:abc\n') },
    'streams/a.yaml:9: document 1: status.tags[0].items[0].image is "sha256:abc" and must be a digest, sha256: and 64 hexadecimal digits',
  ],
  [
    'several faults',
    { 'a.yaml': stream('spec:\n  tgas: []\n  lokupPolicy: {}\n') },
    'streams/a.yaml:6: document 1: spec.tgas is no field of an ImageStream (and 1 more)',
  ],
  [
    'one stream in two files',
    { 'a.yaml': stream(''), 'b/c.yaml': stream('') },
    'streams/b/c.yaml: image stream default/keycloak is already in streams/a.yaml; keep one of them',
  ],
  [
    'a fault in a List',
    {
      'a.yaml':
        'apiVersion: v1\nkind: List\nitems:\n- kind: ImageStream\n  apiVersion: image.openshift.io/v1\n  metadata: {}\n',
    },
    'streams/a.yaml:6: document 1: items[0].metadata.name is missing',
  ],
];

// each test starts processes, and the machine may be busy
jest.setTimeout(30_000);

function faultOf(directory: string): string {
  try {
    new StreamDirectory(directory, 'default');
    return '';
  } catch (error) {
    return error instanceof UsageError ? error.message : `not a UsageError: ${error}`;
  }
}

describe('a directory of streams', () => {
  it.each(cases)('with %s is told in one line', async (_, files, line) => {
    await inTemporaryDirectory((cwd) => {
      mkdirSync(join(cwd, 'streams/b'), { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, 'streams', name), text);
      expect(faultOf(join(cwd, 'streams')).replaceAll(`${cwd}/`, '')).toBe(line);
    });
  });

  it.each([
    ['nowhere', 'nowhere does not exist'],
    ['a-file', 'a-file is not a directory'],
    [
      'broken',
      'broken/a.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('that is %s is told by the program in one line', async (path, line) => {
    await inTemporaryDirectory(async (cwd) => {
      writeFileSync(join(cwd, 'a-file'), '');
      mkdirSync(join(cwd, 'broken'));
      writeFileSync(join(cwd, 'broken/a.yaml'), 'a: [1\nb: 2\n');
      const outcome = await run(['serve', '--streams', path, '--port', '0'], { cwd });
      expect(outcome).toEqual({ code: 1, stdout: '', stderr: `imagestreams: ${line}\n` });
    });
  });
});
