import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ApiClient, systemClock } from '../../src/cluster/index.ts';
import { PullSecrets, RegistryImporter } from '../../src/controllers/index.ts';
import { streamName } from '../../src/controllers/stream-name.ts';
import type { TagImport } from '../../src/imagestream/index.ts';
import { defaultRegistrySettings, RegistryClient } from '../../src/registry/index.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';
import { certificateFor } from '../registry/certificates.ts';
import { FakeRegistry } from '../registry/fake-registry.ts';
import { image as imageNamed } from '../registry/images.ts';

const manifest = imageNamed('app');
const pair = certificateFor('127.0.0.1');
const never = new AbortController().signal;

let registry: FakeRegistry;
let api: HttpServer;
let client: ApiClient;
let registryClient: RegistryClient;
let problems: string[];

/** Namespaces and what their one pull secret says. */
let secrets: Readonly<Record<string, string>>;

beforeEach(async () => {
  registry = await new FakeRegistry(pair).start();
  registry.access = { kind: 'Basic', users: { tenant: 'right', installation: 'own' } };
  registry.push('team/app', '1', manifest);
  api = await new HttpServer(({ url }, response) => {
    const [, namespace = ''] = /namespaces\/([^/]+)\/secrets/.exec(url.pathname) ?? [];
    const config = url.searchParams.get('fieldSelector')?.includes('json') ? secrets[namespace] : undefined;
    const secret = {
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name: 'pull' },
      data: { '.dockerconfigjson': Buffer.from(config ?? '').toString('base64') },
    };
    json(response, 200, { metadata: { resourceVersion: '1' }, items: config === undefined ? [] : [secret] });
  }).start();
  client = new ApiClient({ connection: plainConnection(api), userAgent: 'test' });
  registryClient = new RegistryClient({
    ...defaultRegistrySettings,
    userAgent: 'test',
    clock: systemClock,
    env: {},
    addresses: { deny: [], allow: ['127.0.0.0/8'] },
    extraCa: pair.cert,
  });
  problems = [];
  secrets = { tenant: config('tenant', 'right') };
});

afterEach(async () => {
  client.close();
  await registryClient.close();
  await registry.server.stop();
  await api.stop();
});

function config(username: string, password: string) {
  return JSON.stringify({ auths: { [registry.host]: { username, password } } });
}

function importer(ownNamespaces: readonly string[] = [], mayRead?: (namespace: string) => boolean) {
  return new RegistryImporter({
    registry: registryClient,
    secrets: new PullSecrets(client, systemClock, pino({ level: 'silent' }), mayRead),
    ownCredentials: {
      config: JSON.parse(config('installation', 'own')),
      mayUse: (namespace) => ownNamespaces.includes(namespace),
    },
    mostTags: 100,
    keepMs: 15_000,
    clock: systemClock,
    onProblem: (namespace, problem) => problems.push(`${namespace}: ${problem}`),
  });
}

function request(change: Partial<TagImport> = {}): TagImport {
  return {
    tag: '1',
    from: `${registry.host}/team/app:1`,
    generation: 1,
    insecure: false,
    mode: 'PreserveOriginal',
    platform: { architecture: '', os: '' },
    cause: 'Scheduled',
    ...change,
  };
}

const find = (from: RegistryImporter, namespace: string, change: Partial<TagImport> = {}) =>
  from.find(streamName(`${namespace}/app`), request(change), '', never).then(
    ({ image }) => image,
    (error: { code: string }) => error.code,
  );

describe('imports', () => {
  it('use the pull secrets of the stream’s own namespace', async () => {
    expect(await find(importer(), 'tenant')).toBe(manifest.digest);
  });

  it('tell a tenant without credentials nothing of what another has just imported', async () => {
    const shared = importer();
    expect(await find(shared, 'tenant')).toBe(manifest.digest);
    expect(await find(shared, 'stranger')).toBe('Unauthorized');
    expect(await Promise.all([find(shared, 'tenant'), find(shared, 'stranger')])).toEqual([
      manifest.digest,
      'Unauthorized',
    ]);
  });

  it('share one answer among those with the same credentials', async () => {
    secrets = { tenant: config('tenant', 'right'), twin: config('tenant', 'right') };
    const shared = importer();
    await Promise.all([find(shared, 'tenant'), find(shared, 'twin'), find(shared, 'tenant')]);
    expect(
      registry.asked.filter((each) => each === `GET /v2/team/app/manifests/${manifest.digest}`),
    ).toHaveLength(1);
  });

  it('never take the answer of an insecure tag for a secure one', async () => {
    const shared = importer();
    const forged = imageNamed('forged');
    registry.push('team/app', '1', forged);
    expect(await find(shared, 'tenant', { insecure: true })).toBe(forged.digest);
    registry.push('team/app', '1', manifest);
    expect(await find(shared, 'tenant')).toBe(manifest.digest);
  });

  it('ask anew when a user asks', async () => {
    const shared = importer();
    await find(shared, 'tenant');
    const newer = imageNamed('newer');
    registry.push('team/app', '1', newer);
    expect(await find(shared, 'tenant')).toBe(manifest.digest);
    expect(await find(shared, 'tenant', { cause: 'Requested' })).toBe(newer.digest);
  });

  it.each([
    { namespace: 'allowed', insecure: false, outcome: 'used' },
    { namespace: 'other', insecure: false, outcome: 'kept' },
    { namespace: 'allowed', insecure: true, outcome: 'kept' },
  ])('have the installation’s credentials $outcome: $namespace, insecure $insecure', async (each) => {
    const found = await find(importer(['allowed']), each.namespace, { insecure: each.insecure });
    expect(found).toBe(each.outcome === 'used' ? manifest.digest : 'Unauthorized');
  });

  describe('where pull secrets are not read', () => {
    const nowhere = () => importer(['allowed'], () => false);
    const why = `the pull secrets of namespace "tenant" are not read here: an administrator adds the namespace to the controller's --pull-secrets-namespace or --credentials-namespace (in the chart controller.pullSecrets.namespaces or controller.credentials.namespaces)`;
    const refusal = (change: Partial<TagImport> = {}) =>
      nowhere()
        .find(streamName('tenant/app'), request(change), '', never)
        .then(
          () => 'imported',
          ({ message }: Error) => message,
        );

    it('say why and who can mend it, where a registry asks for credentials', async () => {
      expect(await find(nowhere(), 'tenant')).toBe('Unauthorized');
      expect(await refusal()).toBe(
        `you may not have access to the container image "${registry.host}/team/app:1"; ${why}`,
      );
    });

    it('say nothing of it where something else is wrong', async () => {
      registry.access = { kind: 'Open' };
      expect(await refusal({ from: `${registry.host}/team/app:2` })).toBe(
        `dockerimage.image.openshift.io "${registry.host}/team/app:2" not found`,
      );
    });

    it('use the installation’s credentials all the same', async () => {
      expect(await find(nowhere(), 'allowed')).toBe(manifest.digest);
    });
  });

  it('tell of a secret that cannot be read by its name alone', async () => {
    secrets = { tenant: '{"auths": canary}' };
    expect(await find(importer(), 'tenant')).toBe('Unauthorized');
    expect(problems).toEqual([expect.stringContaining('pull')]);
    expect(problems.join()).not.toContain('canary');
  });

  it('list the tags of a whole repository', async () => {
    registry.push('team/app', '2', manifest);
    const tags = await importer().tags(
      streamName('tenant/app'),
      { repository: `${registry.host}/team/app`, insecure: false, mode: 'PreserveOriginal' },
      never,
    );
    expect(tags).toEqual(['1', '2']);
  });
});
