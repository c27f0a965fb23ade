import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy, type FaultRule } from './fault-proxy.ts';
import type { Fault } from './faults.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster } from './index.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { ServerAuthority } from './server-certificates.ts';
import { userStream } from './stream-manifests.ts';
import { TokenServer } from './token-server.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const upstream = `http://${cluster.registry}`;
const writer = new ImageWriter({ origin: upstream });
const proxies: FaultProxy[] = [];
let controller: InstalledController;
let project: Project;
let tokens: TokenServer;

/** What a registry says of itself is its own business: it must not come back in a condition, an Event or the log. */
const registryWords = 'words-of-the-registry';
const html = `<!DOCTYPE html><title>${registryWords}</title>`;
const metadataService = 'http://169.254.169.254';

interface Row {
  readonly name: string;
  /** On manifests, unless `path` says otherwise. */
  readonly fault: Fault;
  readonly method?: 'GET' | 'HEAD';
  readonly reason: string;
  /** Found in the sentence. */
  readonly tells: RegExp;
}

function answer(status: number, headers: Readonly<Record<string, string>> = {}, body = registryWords): Fault {
  return { kind: 'Answer', status, headers, body };
}

const json = { 'content-type': 'application/json' };
const errors = (code: string) => JSON.stringify({ errors: [{ code, message: registryWords }] });
const schema1 = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' };
const page = { 'content-type': 'text/html' };
const bearer = { 'www-authenticate': `Bearer realm="${metadataService}/token",service="x"` };

const rows: readonly Row[] = [
  { name: 'denies', fault: answer(403, json, errors('DENIED')), reason: 'Forbidden', tells: /HOST/ },
  {
    name: 'does not know the user',
    fault: answer(401, { 'www-authenticate': 'Basic realm="x"' }, errors('UNAUTHORIZED')),
    reason: 'Unauthorized',
    tells: /you may not have access to the container image "IMAGE"/,
  },
  {
    name: 'has no such image',
    fault: answer(404, json, errors('MANIFEST_UNKNOWN')),
    reason: 'NotFound',
    tells: /dockerimage.image.openshift.io "IMAGE" not found/,
  },
  {
    name: 'asks for patience',
    fault: answer(429, { 'retry-after': '600' }, errors('TOOMANYREQUESTS')),
    reason: 'TooManyRequests',
    tells: /HOST/,
  },
  { name: 'is broken', fault: answer(500), reason: 'ServerError', tells: /HOST.*500/ },
  { name: 'never answers', fault: { kind: 'Silent' }, reason: 'Timeout', tells: /HOST/ },
  {
    name: 'stops in the middle',
    fault: { kind: 'StalledBody' },
    method: 'GET',
    reason: 'Timeout',
    tells: /HOST/,
  },
  {
    name: 'hangs up in the middle',
    fault: { kind: 'CutBody' },
    method: 'GET',
    reason: 'Unreachable',
    tells: /HOST/,
  },
  { name: 'hangs up at once', fault: { kind: 'Reset' }, reason: 'Unreachable', tells: /HOST/ },
  {
    name: 'gives another image than it says',
    fault: { kind: 'WrongBody' },
    method: 'GET',
    reason: 'DigestMismatch',
    tells: /HOST.*digest/,
  },
  {
    name: 'gives 100 MB',
    fault: { kind: 'HugeBody', bytes: 100_000_000 },
    method: 'GET',
    reason: 'TooLarge',
    tells: /bytes|M[iB]/,
  },
  { name: 'is a web page', fault: answer(200, page, html), reason: 'NotARegistry', tells: /HOST/ },
  {
    name: 'gives a manifest of the first schema',
    fault: answer(200, schema1, '{"schemaVersion":1}'),
    reason: 'UnsupportedManifest',
    tells: /schema/,
  },
  {
    name: 'sends to the metadata service',
    fault: answer(307, { location: `${metadataService}/v2/x/manifests/1` }),
    reason: 'AddressForbidden',
    tells: /HOST.*link-local/,
  },
  {
    name: 'has its tokens from the metadata service',
    fault: answer(401, bearer),
    reason: 'AddressForbidden',
    tells: /HOST.*link-local/,
  },
];

const streamOf = (index: number) => `fault-${index}`;
const repositoryOf = (index: number) => `faults/app-${index}`;
const first: string[] = [];
const second: string[] = [];

beforeAll(async () => {
  const { namespaceLabels } = await installWebhook(cluster, { name: 'faults' });
  controller = await installLeader(cluster);
  project = await Project.create(cluster, { labels: namespaceLabels });
  tokens = await TokenServer.start({ pulls: new Map(), anonymous: /^faults\// });
  for (const [index] of rows.entries()) {
    proxies.push(await FaultProxy.start({ upstream }));
    first.push(await writer.push(repositoryOf(index), '1', 'first'));
  }
  await project.apply(...rows.map((_, index) => userStream(streamOf(index), { '1': imageOf(index) })));
  for (const [index] of rows.entries()) await project.imported(streamOf(index), '1', first[index]);
  // all of them fail at the same time, for those that have to time out
  for (const [index, { fault, method }] of rows.entries()) {
    second.push(await writer.push(repositoryOf(index), '1', 'second'));
    const rule: FaultRule = { path: /\/manifests\//, fault };
    proxies[index]!.rules = [method === undefined ? rule : { ...rule, method }];
  }
  await Promise.all(rows.map((_, index) => project.requestImport(streamOf(index), '1')));
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
  for (const each of proxies) await each.stop();
  await tokens?.stop();
});

function imageOf(index: number): string {
  return `${proxies[index]?.host}/${repositoryOf(index)}:1`;
}

describe.each(rows.map((row, index) => ({ ...row, index })))('a registry that $name', (row) => {
  const { index, reason, tells } = row;
  const stream = streamOf(index);
  const expected = () => {
    const host = proxies[index]?.host ?? '';
    return new RegExp(tells.source.replace('HOST', host).replace('IMAGE', imageOf(index)));
  };

  it('leaves the last good image, and a condition and an Event tell what to do', async () => {
    const condition = await project.failed(stream, '1', undefined, 90_000);
    expect(condition).toMatchObject({ type: 'ImportSuccess', status: 'False', reason });
    expect(condition.message).toMatch(expected());
    expect(await project.history(stream, '1')).toEqual([first[index]]);
    const { type, note } = await project.event(stream, 'ImportFailed');
    expect(type).toBe('Warning');
    expect(note).toContain(condition.message);
    expect(JSON.stringify([condition, note])).not.toContain(registryWords);
  });

  if (reason !== 'TooManyRequests') {
    it('is imported from once it is well again and a user asks', async () => {
      proxies[index]!.rules = [];
      await project.requestImport(stream, '1');
      await project.imported(stream, '1', second[index]);
      expect(await project.history(stream, '1')).toEqual([second[index], first[index]]);
    });
  }
});

describe('what is received', () => {
  it('is no more than a manifest may have', () => {
    const huge = rows.findIndex(({ reason }) => reason === 'TooLarge');
    const sent = proxies[huge]?.requests.map(({ sentBytes }) => sentBytes) ?? [];
    expect(Math.max(...sent)).toBeGreaterThan(0);
    expect(Math.max(...sent)).toBeLessThan(20_000_000);
  });

  it('is in no line of the log', () => {
    expect(controller.process.log()).not.toContain(registryWords);
  });
});

describe('a registry', () => {
  const challenge = () => ({ 'www-authenticate': `Bearer realm="${tokens.realm}",service="x"` });
  const cases: readonly (readonly [string, () => FaultRule])[] = [
    ['asks for a token', () => ({ path: /manifests/, first: 1, fault: answer(401, challenge()) })],
    ['takes its time', () => ({ path: /manifests/, fault: { kind: 'Late', ms: 1_000 } })],
    ['hangs up once', () => ({ path: /manifests/, first: 1, fault: { kind: 'Reset' } })],
  ];
  it.each(cases)('that %s is imported from', async (name, rule) => {
    const proxy = await FaultProxy.start({ upstream, rules: [rule()] });
    proxies.push(proxy);
    const stream = name.replaceAll(' ', '-');
    const image = await writer.push('faults/late', '1', 'late');
    await project.apply(userStream(stream, { '1': `${proxy.host}/faults/late:1` }));
    await project.imported(stream, '1', image);
  });

  it('whose certificate has expired is not believed', async () => {
    const authority = await ServerAuthority.create();
    const proxy = await FaultProxy.start({ upstream, tls: await authority.issue({ expired: true }) });
    proxies.push(proxy);
    const tag = { from: `${proxy.host}/faults/late:1`, insecure: false };
    await project.apply(userStream('expired', { '1': tag }));
    const { message } = await project.failed('expired', '1', 'UntrustedCertificate');
    expect(message).toContain(proxy.host);
    expect(proxy.requests).toEqual([]);
  });

  it('whose name does not exist leaves the last good image', async () => {
    const [image] = second;
    await project.imported(streamOf(0), '1', image);
    await project.patchTag(streamOf(0), '1', '/from/name', 'registry.invalid/team/app:1');
    const { message } = await project.failed(streamOf(0), '1', 'HostNotFound', 60_000);
    expect(message).toContain('registry.invalid');
    expect((await project.history(streamOf(0), '1'))[0]).toBe(image);
  });

  it('at a forbidden address is not asked', async () => {
    await project.apply(userStream('metadata', { '1': '169.254.169.254/team/app:1' }));
    const { message } = await project.failed('metadata', '1', 'AddressForbidden');
    expect(message).toContain('169.254.169.254/team/app:1');
  });
});
