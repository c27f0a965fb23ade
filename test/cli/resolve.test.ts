import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { checkout, inTemporaryDirectory, run } from './program.ts';

const digest =
  'quay.io/keycloak/keycloak@sha256:4c1bd1a0135c5ce8a6a61aaf681698ecdfb53b6741a25e01199214fba11f1dfd';
const streams = join(checkout, 'examples/streams');
const resolve = (input: string, ...args: string[]) =>
  run(['resolve', '--streams', streams, '-n', 'myproject', ...args, '-f', '-'], { input });

const pod = (image: string, name = 'web') =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n  - name: web\n    image: ${image}\n`;
const triggered = (annotation: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  annotations:\n    image.openshift.io/triggers: '${annotation}'\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: quay.io/a/b:1\n`;

// each test starts processes, and the machine may be busy
jest.setTimeout(30_000);

describe('imagestreams resolve', () => {
  it('writes the digest and nothing else', async () => {
    expect(await resolve(pod('keycloak:20'))).toEqual({ code: 0, stdout: pod(digest), stderr: '' });
  });

  it('warns and goes on', async () => {
    const text = pod('kecloak:20');
    expect(await resolve(text)).toEqual({
      code: 0,
      stdout: text,
      stderr:
        'standard input: Pod/web: warning: container "web", image "kecloak:20": there is no image stream "kecloak" in namespace "myproject"; did you mean "keycloak:20"? Left as it is, the name would pull docker.io/library/kecloak:20; write that in full if it is meant\n',
    });
  });

  it('writes nothing when a local name cannot be resolved', async () => {
    expect(await resolve(`${pod('keycloak:20')}---\n${pod('keycloak:21', 'other')}`)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'standard input: Pod/other: spec.containers[0].image: Forbidden: container "web", image "keycloak:21": image stream "keycloak" in namespace "myproject" has no tag "21"; its tags are "20", "20.0.2", "20.0.3"; did you mean "keycloak:20"? Left as it is, the name would pull docker.io/library/keycloak:21; write that in full if it is meant\n',
    });
  });

  it('writes nothing when an annotation is wrong', async () => {
    const annotation = triggered(
      '[{"from":{"kind":"ImageStreamTag","name":"keycloak:20"},"fieldPath":"spec.template.spec.containers[?(@.name==\\"wbe\\")].image"}]',
    );
    const { code, stdout, stderr } = await resolve(annotation);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^standard input: Deployment\/web: metadata\.annotations: Invalid value: image\.openshift\.io\/triggers\[0\]\.fieldPath selects container "wbe".*\n$/,
    );
  });

  it('admits with a warning what --unresolved Warn lets through', async () => {
    const { code, stdout, stderr } = await resolve(pod('keycloak:21'), '--unresolved', 'Warn');
    expect({ code, stdout }).toEqual({ code: 0, stdout: pod('keycloak:21') });
    expect(stderr).toMatch(/^standard input: Pod\/web: warning: .*admitted as written\n$/);
  });

  it('takes the namespace of an object from the object', async () => {
    const elsewhere = pod('keycloak:20').replace('  name: web\n', '  name: web\n  namespace: elsewhere\n');
    expect(await resolve(elsewhere)).toEqual({ code: 0, stdout: elsewhere, stderr: '' });
  });

  it('reads directories in name order, and files and standard input beside them', async () => {
    await inTemporaryDirectory(async (cwd) => {
      mkdirSync(join(cwd, 'all/b'), { recursive: true });
      writeFileSync(join(cwd, 'all/c.json'), '{"kind":"List","apiVersion":"v1","items":[]}');
      writeFileSync(join(cwd, 'all/b/1.yml'), 'a: b');
      writeFileSync(join(cwd, 'all/a.yaml'), `---\n${pod('keycloak:20')}`);
      writeFileSync(join(cwd, 'all/notes.txt'), 'no manifest');
      writeFileSync(join(cwd, 'all/.hidden.yaml'), 'a: [');
      const args = ['resolve', '--streams', streams, '-n', 'myproject', '-f', 'all', '-f', '-'];
      expect(await run(args, { cwd, input: 'x: y\n' })).toEqual({
        code: 0,
        stdout: `---\n${pod(digest)}---\na: b\n---\n{"kind":"List","apiVersion":"v1","items":[]}\n---\nx: y\n`,
        stderr: '',
      });
    });
  });

  it.each([
    [['-f', 'nowhere'], 'imagestreams: nowhere does not exist\n'],
    [['-f', '.'], 'imagestreams: there is no manifest (*.yaml, *.yml, *.json) in .\n'],
    [
      ['-f', 'broken.txt'],
      'broken.txt:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]\n',
    ],
    [
      [],
      "error: required option '-f, --filename <path...>' not specified\n(imagestreams --help lists the commands)\n",
    ],
  ])('says of %j what is wrong', async (args, stderr) => {
    await inTemporaryDirectory(async (cwd) => {
      writeFileSync(join(cwd, 'broken.txt'), 'a: [1\nb: 2\n');
      expect(await run(['resolve', '--streams', streams, ...args], { cwd })).toEqual({
        code: 1,
        stdout: '',
        stderr,
      });
    });
  });
});
