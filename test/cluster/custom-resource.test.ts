import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { TestCluster } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
let namespace = '';
beforeAll(async () => {
  namespace = await cluster.namespace();
});
afterAll(() => cluster.close());

const kubectl = (args: readonly string[], input?: object) =>
  cluster.kubectl([...args, '-n', namespace], {
    allowFailure: true,
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
  });

function stream(name: string, spec: unknown, metadata: object = {}): object {
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name, ...metadata }, spec };
}

/** The rows of a table that kubectl printed, cut at its headings. */
function rows(table: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = table.trimEnd().split('\n');
  const columns = [...head.matchAll(/\S+(?: \S+)*\s*/g)];
  return lines.map((line) =>
    Object.fromEntries(
      columns.map(({ 0: heading, index }) => [
        heading.trim(),
        line.slice(index, index + heading.length).trim(),
      ]),
    ),
  );
}

describe('kubectl get is', () => {
  beforeAll(async () => {
    const now = `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`;
    const annotations = { 'imagestreams.io/tags': '20.0.3,20.0.2,20', 'imagestreams.io/updated': now };
    await kubectl(
      ['create', '-f', '-'],
      stream('keycloak', { lookupPolicy: { local: true } }, { annotations }),
    );
    const repository = 'quay.io/example/fresh';
    await kubectl(['create', '-f', '-'], stream('fresh', { dockerImageRepository: repository }));
  });

  it('shows the tags, when the newest of them moved, and whether workloads may name the stream', async () => {
    const { stdout } = await kubectl(['get', 'is']);
    expect(rows(stdout)).toEqual([
      { NAME: 'fresh', TAGS: '', UPDATED: '', LOCAL: 'false', AGE: expect.stringMatching(/^\d+s$/) },
      {
        NAME: 'keycloak',
        TAGS: '20.0.3,20.0.2,20',
        UPDATED: '60m',
        LOCAL: 'true',
        AGE: expect.stringMatching(/^\d+s$/),
      },
    ]);
  });

  it('shows the repository when asked for more', async () => {
    const { stdout } = await kubectl(['get', 'imagestream', '-o', 'wide']);
    expect(Object.keys(rows(stdout)[0] ?? {})).toEqual([
      ...['NAME', 'TAGS', 'UPDATED', 'LOCAL', 'IMAGE REPOSITORY', 'AGE'],
    ]);
  });

  it('is part of kubectl get all', async () => {
    expect((await kubectl(['get', 'all'])).stdout).toContain('imagestream.image.openshift.io/keycloak');
  });

  // image-streams.md §0
  it('selects by the repository', async () => {
    const selector = 'spec.dockerImageRepository=quay.io/example/fresh';
    const { stdout } = await kubectl(['get', 'is', '--field-selector', selector, '-o', 'name']);
    expect(stdout.trim()).toBe('imagestream.image.openshift.io/fresh');
  });
});

describe('kubectl explain', () => {
  it.each<readonly [string, readonly RegExp[]]>([
    ['imagestream', [/spec\s+<Object>\s+What each tag should point to/, /status\s+<Object>/]],
    ['imagestream.spec.tags', [/name\s+<string> -required-/, /write 0 to import the tag\s+again/]],
    ['imagestream.spec.tags.from', [/kind\s+<string>\s+What name means. DockerImage:/, /STREAM:TAG/]],
    ['imagestream.spec.tags.importPolicy', [/PreserveOriginal/, /Legacy/, /every 15\s+minutes/]],
    ['imagestream.spec.lookupPolicy.local', [/STREAM:TAG/]],
    ['imagestream.status.tags.items', [/newest first/]],
    ['imagestream.status.tags.conditions', [/ImportSuccess/]],
  ])('tells about %s', async (path, texts) => {
    const { stdout } = await kubectl(['explain', path]);
    for (const text of texts) expect(stdout).toMatch(text);
  });
});

describe('the API server', () => {
  const from = { kind: 'DockerImage', name: 'quay.io/example/app:1' };

  it.each<readonly [string, object]>([
    ['no source', {}],
    ['null as source', { from: null }],
    ['empty policies', { from, importPolicy: {}, referencePolicy: { type: '' } }],
    ['an empty import mode', { from, importPolicy: { importMode: '' } }],
    ['null for policies', { from, importPolicy: null, referencePolicy: null }],
  ])('takes a tag with %s', async (_what, tag) => {
    for (const args of [['create'], ['apply'], ['apply', '--server-side']]) {
      const { stderr, stdout } = await kubectl(
        [...args, '--dry-run=server', '-f', '-', '-o', 'json'],
        stream('taken', { tags: [{ name: 'a', ...tag }] }),
      );
      expect(stderr).toBe('');
      expect((JSON.parse(stdout) as ImageStream).spec?.tags).toMatchObject([{ name: 'a' }]);
    }
  });

  it('refuses a tag that is there twice', async () => {
    const tags = [{ name: 'a' }, { name: 'a' }];
    const { stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], stream('twice', { tags }));
    expect(stderr).toContain('spec.tags[1]: Duplicate value: {"name":"a"}');
  });

  it('takes a stream with very many tags', async () => {
    const tags = Array.from({ length: 5_000 }, (_, index) => ({ name: `t${index}`, from }));
    const { code, stderr } = await kubectl(['create', '-f', '-'], stream('large', { tags }));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('lets two people apply one tag each, and tells when they mean the same one', async () => {
    const apply = (manager: string, tag: object) =>
      kubectl(
        ['apply', '--server-side', '--field-manager', manager, '-f', '-'],
        stream('shared', { tags: [tag] }),
      );
    expect((await apply('one', { name: 'a', from })).code).toBe(0);
    expect((await apply('two', { name: 'b', from })).code).toBe(0);
    const { stdout } = await kubectl(['get', 'is', 'shared', '-o', 'jsonpath={.spec.tags[*].name}']);
    expect(stdout).toBe('a b');
    const { stderr } = await apply('two', { name: 'a', from: { ...from, name: 'quay.io/example/other:1' } });
    expect(stderr).toContain('conflict with "one": .spec.tags[name="a"].from');
  });
});
