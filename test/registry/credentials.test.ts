import { describe, expect, it } from '@jest/globals';
import { type Credential, dockerConfigOf, pullCredentials } from '../../src/registry/index.ts';
import { credentialsFor, password, pullSecret } from './stage.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const usersOf = (credentials: readonly Credential[]) =>
  credentials.map((each) => (each.kind === 'Password' ? each.username : each.token));

describe('a place in a docker configuration', () => {
  it.each([
    ['quay.io', 'quay.io', 'team/app', true],
    ['https://quay.io', 'quay.io', 'team/app', true],
    ['https://quay.io/v2/', 'quay.io', 'team/app', true],
    ['QUAY.io', 'quay.io', 'team/app', true],
    ['quay.io/team', 'quay.io', 'team/app', true],
    ['quay.io/team/', 'quay.io', 'team/app', true],
    ['quay.io/v1/team', 'quay.io', 'team/app', true],
    ['quay.io/team/app', 'quay.io', 'team/app', true],
    ['quay.io/team/application', 'quay.io', 'team/app', false],
    ['quay.io/te', 'quay.io', 'team/app', false],
    ['quay.io/other', 'quay.io', 'team/app', false],
    ['quay.io:443', 'quay.io', 'team/app', false],
    ['quay.io', 'quay.io:443', 'team/app', false],
    ['quay.io:8443', 'quay.io:8443', 'team/app', true],
    ['uay.io', 'quay.io', 'team/app', false],
    ['io', 'quay.io', 'team/app', false],
    ['*.io', 'quay.io', 'team/app', true],
    ['q*y.io', 'quay.io', 'team/app', true],
    ['qua?.io', 'quay.io', 'team/app', true],
    ['*.*', 'quay.io', 'team/app', true],
    ['*', 'quay.io', 'team/app', false],
    ['*.quay.io', 'quay.io', 'team/app', false],
    ['*.quay.io', 'cdn.quay.io', 'team/app', true],
    ['*.quay.io', 'a.cdn.quay.io', 'team/app', false],
    ['*.quay.io:5000', 'cdn.quay.io:5000', 'team/app', true],
    ['*.quay.io', 'evilquay.io', 'team/app', false],
    ['quay.io', 'quay.io.evil.com', 'team/app', false],
    ['docker.io', 'docker.io', 'library/nginx', true],
    ['index.docker.io', 'docker.io', 'library/nginx', true],
    ['https://index.docker.io/v1/', 'docker.io', 'library/nginx', true],
    ['registry-1.docker.io', 'docker.io', 'library/nginx', true],
    ['docker.io/library', 'docker.io', 'library/nginx', true],
    ['docker.io/team', 'docker.io', 'library/nginx', false],
    ['*.docker.io', 'docker.io', 'library/nginx', true],
    ['https://index.docker.io/v1/', 'quay.io', 'library/nginx', false],
  ])('%s, for %s/%s: %p', (place, host, repository, expected) => {
    const credentials = credentialsFor({ [place]: password('ann', 'right') });
    expect(credentials.for(host, repository)).toHaveLength(expected ? 1 : 0);
    expect(credentials.identity(host, repository) === '').toBe(!expected);
  });
});

describe('credentials', () => {
  it('stand in the order from the most specific on, secrets before the process itself', () => {
    const { credentials } = pullCredentials(
      [
        pullSecret({ 'quay.io': password('host', '1'), '*.io': password('glob', '1') }, 'a'),
        pullSecret({ 'quay.io/team/app': password('app', '1'), 'quay.io/team': password('team', '1') }, 'b'),
      ],
      [{ auths: { 'quay.io/team/app': password('own', '1') } }],
    );
    expect(usersOf(credentials.for('quay.io', 'team/app'))).toEqual(['app', 'team', 'host', 'glob', 'own']);
    expect(usersOf(credentials.for('quay.io', 'other/app'))).toEqual(['host', 'glob']);
  });

  it('are tried once each, and not too many', () => {
    const secrets = Array.from({ length: 30 }, (_, at) =>
      pullSecret({ 'quay.io': password(`user${at % 12}`, 'right') }, `secret-${at}`),
    );
    expect(pullCredentials(secrets).credentials.for('quay.io', 'a')).toHaveLength(8);
    expect(
      pullCredentials([...secrets.slice(0, 2), ...secrets.slice(0, 2)]).credentials.for('quay.io', 'a'),
    ).toHaveLength(2);
  });

  it('are identified without being told', () => {
    const identity = (auths: object) => credentialsFor(auths).identity('quay.io', 'team/app');
    const ann = { 'quay.io': password('ann', 'right') };
    expect(identity(ann)).toMatch(/^[0-9a-f]{64}$/);
    expect(identity({ 'https://quay.io/v2/': password('ann', 'right') })).toBe(identity(ann));
    expect(identity({ ...ann, 'ghcr.io': password('bob', 'right') })).toBe(identity(ann));
    const others = [
      { 'quay.io': password('ann', 'other') },
      { 'quay.io': password('annr', 'ight') },
      { ...ann, 'quay.io/team': password('bob', 'right') },
      { 'quay.io': { identitytoken: 'ann' } },
      { 'quay.io': { registrytoken: 'ann' } },
      {},
    ].map(identity);
    expect(new Set([identity(ann), ...others]).size).toBe(others.length + 1);
  });

  it.each<readonly [string, object, Credential | undefined]>([
    ['a name and a password', password('ann', 'a:b'), { kind: 'Password', username: 'ann', password: 'a:b' }],
    [
      'the same apart',
      { username: 'ann', password: 'b' },
      { kind: 'Password', username: 'ann', password: 'b' },
    ],
    [
      'both',
      { ...password('ann', 'b'), username: 'x', password: 'y' },
      { kind: 'Password', username: 'ann', password: 'b' },
    ],
    ['an empty password', password('ann', ''), { kind: 'Password', username: 'ann', password: '' }],
    [
      'an identity token',
      { ...password('ann', ''), identitytoken: 'it' },
      { kind: 'IdentityToken', token: 'it' },
    ],
    ['an access token', { registrytoken: 'at' }, { kind: 'AccessToken', token: 'at' }],
    ['nothing', {}, undefined],
    ['an empty one', { auth: '' }, undefined],
  ])('may be %s', (_, entry, expected) => {
    const { credentials, problems } = pullCredentials([pullSecret({ 'quay.io': entry })]);
    expect([credentials.for('quay.io', 'a'), problems]).toEqual([expected ? [expected] : [], []]);
  });
});

describe('a Secret', () => {
  const auths = { 'quay.io': password('ann', 'right') };
  const dockercfg = {
    metadata: { name: 'old' },
    type: 'kubernetes.io/dockercfg',
    data: { '.dockercfg': base64(JSON.stringify(auths)) },
  };
  it.each([
    ['of docker’s old format', dockercfg, 1],
    ['of the present format', pullSecret(auths), 1],
    ['with whatever else is in it', pullSecret(auths, 'more', { stringData: 7, immutable: true }), 1],
    ['that is opaque', pullSecret(auths, 'opaque', { type: 'Opaque' }), 0],
    [
      'of a service account',
      { metadata: { name: 'sa' }, type: 'kubernetes.io/service-account-token', data: {} },
      0,
    ],
    [
      'that is excluded',
      pullSecret(auths, 'pull', {
        metadata: { name: 'x', annotations: { 'openshift.io/image.excludeSecret': 'true' } },
      }),
      0,
    ],
    [
      'that is not excluded after all',
      pullSecret(auths, 'pull', {
        metadata: { name: 'x', annotations: { 'openshift.io/image.excludeSecret': 'false' } },
      }),
      1,
    ],
    ['without a type', { metadata: { name: 'x' } }, 0],
  ])('%s gives %d configurations', (_, secret, count) => {
    expect(dockerConfigOf([secret as never])).toMatchObject({ configs: { length: count }, problems: [] });
  });

  it.each([
    ['has no data', { data: {} }],
    ['is no base64', { data: { '.dockerconfigjson': '%%%canary%%%' } }],
    ['is no JSON', { data: { '.dockerconfigjson': base64('{"auths":{"canary') } }],
    ['is another JSON', { data: { '.dockerconfigjson': base64('["canary"]') } }],
    ['has no auths', { data: { '.dockerconfigjson': base64('{"canary":1}') } }],
    ['has auths of another kind', { data: { '.dockerconfigjson': base64('{"auths":["canary"]}') } }],
    ['has numbers', { data: { '.dockerconfigjson': 7 } }],
  ])('that %s is reported by its name, and the others are used', (_, more) => {
    const { credentials, problems } = pullCredentials([pullSecret({}, 'broken', more), pullSecret(auths)]);
    expect(problems).toEqual([
      'Secret "broken" is left out: its .dockerconfigjson is missing or is no docker configuration.',
    ]);
    expect(usersOf(credentials.for('quay.io', 'a'))).toEqual(['ann']);
  });

  it('with entries that cannot be read is used without them', () => {
    const broken = {
      'a.example.com': { auth: '%canary%' },
      'b.example.com': { auth: base64('canary') },
      'c.example.com': { password: 'canary' },
    };
    const { credentials, problems } = pullCredentials([pullSecret({ ...auths, ...broken }, 'half')]);
    expect(problems).toEqual([
      'Secret "half" is used without 3 entries of its .dockerconfigjson in which "auth" is no base64 of name:password.',
    ]);
    expect(usersOf(credentials.for('quay.io', 'a'))).toEqual(['ann']);
  });
});
