import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type ConnectOptions, connect } from '../../src/cluster/index.ts';
import { ManualClock } from './manual-clock.ts';

let home: string;
const clock = new ManualClock();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'connect-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(name: string, content: string): string {
  const file = join(home, name);
  writeFileSync(file, content);
  return file;
}

function kubeconfig(name: string, user: object, more: { cluster?: object; context?: string } = {}): string {
  const context = more.context ?? 'x';
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: `${context}-c`, cluster: { server: `https://${context}.example:6443`, ...more.cluster } },
    ],
    users: [{ name: `${context}-u`, user }],
    contexts: [
      { name: context, context: { cluster: `${context}-c`, user: `${context}-u`, namespace: 'mine' } },
    ],
    'current-context': context,
  };
  return put(name, stringify(document));
}

function pod(): ConnectOptions {
  const directory = join(home, 'sa');
  mkdirSync(directory);
  put('sa/token', 'first\n');
  put('sa/ca.crt', 'the CA');
  put('sa/namespace', 'team-a');
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443', HOME: home };
  return { env, serviceAccountDirectory: directory, clock };
}

describe('where the API server is looked for', () => {
  it('a given kubeconfig goes first', async () => {
    const file = kubeconfig('given', { token: 't' });
    const connection = await connect({ ...pod(), kubeconfig: file });
    expect(connection.server.href).toBe('https://x.example:6443/');
    expect(connection.namespace).toBe('mine');
  });

  it('then KUBECONFIG, whose first file wins and whose missing files do not matter', async () => {
    const files = [
      join(home, 'missing'),
      kubeconfig('one', { token: 'one' }),
      kubeconfig('two', { token: 'two' }, { cluster: { server: 'https://second.example' } }),
      kubeconfig('three', { token: 'three' }, { context: 'y' }),
    ].join(delimiter);
    const env = { ...pod().env, KUBECONFIG: files };
    const connection = await connect({ env });
    expect(connection.server.host).toBe('x.example:6443');
    expect((await connection.credentials()).headers).toEqual({ authorization: 'Bearer one' });
    const other = await connect({ env, context: 'y' });
    expect((await other.credentials()).headers).toEqual({ authorization: 'Bearer three' });
  });

  it("then the pod's service account, then the home directory", async () => {
    mkdirSync(join(home, '.kube'));
    kubeconfig('.kube/config', { token: 'home' });
    expect((await connect(pod())).server.href).toBe('https://[fd00::1]/');
    expect((await connect({ env: { HOME: home } })).server.host).toBe('x.example:6443');
  });

  it.each([
    ['nothing at all', () => ({ env: {} }), 'NoConfiguration'],
    ['a missing file', () => ({ kubeconfig: join(home, 'no') }), 'UnreadableFile'],
    ['a file that is no YAML', () => ({ kubeconfig: put('bad', '{token: s3cr3t') }), 'InvalidKubeconfig'],
    [
      'a file with other content',
      () => ({ kubeconfig: put('bad', 'users: [{token: s3cr3t}]') }),
      'InvalidKubeconfig',
    ],
    ['an empty file', () => ({ kubeconfig: put('bad', '{}') }), 'UnknownContext'],
    ['an unknown context', () => ({ kubeconfig: kubeconfig('a', {}), context: 'z' }), 'UnknownContext'],
    [
      'plain HTTP',
      () => ({ kubeconfig: kubeconfig('a', {}, { cluster: { server: 'http://x' } }) }),
      'InsecureServer',
    ],
    [
      'no URL',
      () => ({ kubeconfig: kubeconfig('a', {}, { cluster: { server: 'x' } }) }),
      'InvalidKubeconfig',
    ],
    [
      'a pod without a service account',
      () => ({ ...pod(), serviceAccountDirectory: join(home, 'no') }),
      'UnreadableFile',
    ],
  ])('refuses %s', async (_, options, code) => {
    const error = await connect({ env: { HOME: home }, ...options() }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'ConnectionError', code });
    expect(String(error)).not.toContain('s3cr3t');
  });
});

describe('credentials of a kubeconfig', () => {
  it('client certificate and CA from files beside it, read anew each time', async () => {
    for (const name of ['ca', 'cert', 'key']) put(name, `old ${name}`);
    const file = kubeconfig(
      'files',
      { 'client-certificate': 'cert', 'client-key': 'key' },
      { cluster: { 'certificate-authority': 'ca', 'tls-server-name': 'api.internal' } },
    );
    const connection = await connect({ kubeconfig: file });
    const texts = async () => {
      const { ca, cert, key, servername } = (await connection.credentials()).tls;
      return [String(ca), String(cert), String(key), servername];
    };
    expect(await texts()).toEqual(['old ca', 'old cert', 'old key', 'api.internal']);
    for (const name of ['ca', 'cert', 'key']) put(name, `new ${name}`);
    expect(await texts()).toEqual(['new ca', 'new cert', 'new key', 'api.internal']);
  });

  it.each([
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['a password', { username: 'u', password: 'p' }, { authorization: 'Basic dTpw' }],
    [
      'impersonation',
      { token: 'abc', as: 'joe' },
      { authorization: 'Bearer abc', 'impersonate-user': 'joe' },
    ],
    ['none', {}, {}],
  ])('%s', async (_, user, headers) => {
    const connection = await connect({ kubeconfig: kubeconfig('a', user) });
    expect((await connection.credentials()).headers).toEqual(headers);
  });

  it('a token file beside it', async () => {
    put('token', 'from the file\n');
    const connection = await connect({ kubeconfig: kubeconfig('a', { tokenFile: 'token' }) });
    expect((await connection.credentials()).headers).toEqual({ authorization: 'Bearer from the file' });
  });

  it('a plugin, whose complaints stay out of the message', async () => {
    const plugin = put('plugin', '#!/bin/sh\necho \'{"status": {"token": "made"}}\'\n');
    chmodSync(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
    const connection = await connect({ kubeconfig: kubeconfig('a', { exec }) });
    expect((await connection.credentials()).headers).toEqual({ authorization: 'Bearer made' });
    const broken = put('broken', '#!/bin/sh\necho s3cr3t >&2\nexit 1\n');
    chmodSync(broken, 0o755);
    const failing = await connect({ kubeconfig: kubeconfig('b', { exec: { ...exec, command: broken } }) });
    const error = await failing.credentials().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'ApiError', code: 'Credentials' });
    expect(String(error)).not.toContain('s3cr3t');
  });
});

describe("credentials of a pod's service account", () => {
  it('are read again after a minute, or when refused, and kept when they cannot be read', async () => {
    const connection = await connect(pod());
    expect(connection.namespace).toBe('team-a');
    const token = async () => (await connection.credentials()).headers['authorization'];
    expect(await token()).toBe('Bearer first');
    put('sa/token', 'second');
    put('sa/ca.crt', 'another CA');
    clock.advance(59_999);
    expect(await token()).toBe('Bearer first');
    clock.advance(1);
    expect(await token()).toBe('Bearer second');
    expect((await connection.credentials()).tls).toEqual({ ca: 'another CA' });
    put('sa/token', 'third');
    connection.forget();
    expect(await token()).toBe('Bearer third');
    rmSync(join(home, 'sa/token'));
    clock.advance(60_000);
    expect(await token()).toBe('Bearer third');
  });
});
