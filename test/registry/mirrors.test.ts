import { afterEach, describe, expect, it } from '@jest/globals';
import { imageSource, repositorySource } from '../../src/registry/image-source.ts';
import { anonymous, type MirrorRule } from '../../src/registry/index.ts';
import { Mirrors } from '../../src/registry/mirrors.ts';
import { image } from './images.ts';
import { credentialsFor, errorOf, find, password, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const one = image('one');
const digest = one.digest;

function rule(source: string, mirrors: readonly string[], more: Partial<MirrorRule> = {}): MirrorRule {
  return {
    source,
    mirrors: mirrors.map((location) => ({ location, insecure: true })),
    pull: 'All',
    contactSource: true,
    ...more,
  };
}

const rules: readonly MirrorRule[] = [
  rule('quay.io/openshift', ['mirror.example.com/openshift4'], { pull: 'Digest' }),
  rule('quay.io/openshift', ['tags.example.com'], { pull: 'Tag' }),
  rule('quay.io', ['first.example.com', 'second.example.com/quay']),
  rule('docker.io', ['hub.example.com']),
  rule('*.example.org', ['wild.example.com/org']),
  rule('a.example.org', ['exact.example.com']),
  rule('closed.example.net', ['open.example.com'], { contactSource: false, pull: 'Digest' }),
];

describe('the places for an image', () => {
  const mirrors = new Mirrors(rules);
  it.each([
    [`quay.io/openshift/test@${digest}`, ['mirror.example.com/openshift4/test', 'quay.io/openshift/test']],
    ['quay.io/openshift/test:1', ['tags.example.com/test', 'quay.io/openshift/test']],
    [
      'quay.io/openshifty/test:1',
      [
        'first.example.com/openshifty/test',
        'second.example.com/quay/openshifty/test',
        'quay.io/openshifty/test',
      ],
    ],
    [
      'quay.io/other/test:1',
      ['first.example.com/other/test', 'second.example.com/quay/other/test', 'quay.io/other/test'],
    ],
    ['quay.io:8443/openshift/test:1', ['quay.io:8443/openshift/test']],
    ['nginx', ['hub.example.com/library/nginx', 'docker.io/library/nginx']],
    ['index.docker.io/team/app', ['hub.example.com/team/app', 'docker.io/team/app']],
    ['b.c.example.org/app', ['wild.example.com/org/app', 'b.c.example.org/app']],
    ['a.example.org/app', ['exact.example.com/app', 'a.example.org/app']],
    ['example.org/app', ['example.org/app']],
    [`closed.example.net/app@${digest}`, ['open.example.com/app']],
  ])('%s are %j', (pullSpec, expected) => {
    const places = mirrors.places(imageSource(pullSpec), false);
    expect(places.map(({ host, path }) => `${host}/${path}`)).toEqual(expected);
  });

  it('are none where the rules close the source', () => {
    expect(() => mirrors.places(imageSource('closed.example.net/app:1'), false)).toThrow(
      'RegistryNotAllowed',
    );
  });

  it('have the trust of the mirror, and at the source that of the tag', () => {
    const secure = new Mirrors([
      rule('quay.io', ['m.example.com'], { mirrors: [{ location: 'm.example.com', insecure: false }] }),
    ]);
    expect(secure.places(imageSource('quay.io/a/b'), true).map(({ insecure }) => insecure)).toEqual([
      false,
      true,
    ]);
  });

  it.each([
    ['', 'm.example.com'],
    ['https://quay.io', 'm.example.com'],
    ['*.example.com/team', 'm.example.com'],
    ['quay.*', 'm.example.com'],
    ['quay.io', '*.example.com'],
    ['quay.io', 'https://m.example.com'],
  ])('are not made of %j and %j', (source, location) => {
    expect(() => new Mirrors([rule(source, [location])])).toThrow(RangeError);
  });

  it('for a list of tags are the source, unless it is closed', () => {
    const closed = new Mirrors([rule('quay.io', ['m.example.com'], { contactSource: false })]);
    const hosts = (each: Mirrors) =>
      each.tagPlaces(repositorySource('quay.io/a/b'), false).map(({ host }) => host);
    expect(hosts(mirrors)).toEqual(['quay.io']);
    expect(hosts(closed)).toEqual(['m.example.com']);
  });
});

describe('a mirror', () => {
  async function threeRegistries() {
    const [source, first, second] = [await stage.registry(), await stage.registry(), await stage.registry()];
    const settings = { mirrors: [rule(`${source.host}/team`, [first.host, `${second.host}/copy`])] };
    return {
      source,
      first,
      second,
      client: stage.client(settings),
      spec: `${source.host}/team/app:1`,
      settings,
    };
  }

  it('is asked before the source, which is what is recorded', async () => {
    const { source, first, client, spec } = await threeRegistries();
    first.push('app', '1', one);
    expect(await find(client, spec)).toEqual({
      image: digest,
      reference: `${source.host}/team/app@${digest}`,
    });
    expect(source.asked).toEqual([]);
  });

  it('that fails is followed by the next, and at last by the source', async () => {
    const { source, first, second, client, spec } = await threeRegistries();
    first.faults.push((_, response) => {
      response.writeHead(500).end();
      return true;
    });
    source.push('team/app', '1', one);
    expect((await find(client, spec)).image).toBe(digest);
    expect(second.asked).toContain('HEAD /v2/copy/app/manifests/1');
  });

  it('gets the credentials that are for it, and no other', async () => {
    const { source, first, second, client, spec } = await threeRegistries();
    for (const registry of [source, first, second]) {
      registry.access = { kind: 'Basic', users: { ann: registry.host } };
    }
    source.push('team/app', '1', one);
    const credentials = credentialsFor({
      [source.host]: password('ann', source.host),
      [`${second.host}/copy`]: password('ann', second.host),
    });
    expect((await find(client, spec, {}, credentials)).image).toBe(digest);
    expect(first.authorizations.filter(Boolean)).toEqual([]);
    const sent = second.authorizations
      .filter(Boolean)
      .map((each) => Buffer.from(each?.slice(6) ?? '', 'base64').toString());
    expect(new Set(sent)).toEqual(new Set([`ann:${second.host}`]));
  });

  it('is named in the error when none has the image, with what it said', async () => {
    const { source, first, second, client, spec } = await threeRegistries();
    first.access = { kind: 'Basic', users: {} };
    const error = await errorOf(find(client, spec));
    expect(error.code).toBe('NotFound');
    expect(error.message).toBe(
      `dockerimage.image.openshift.io "${spec}" not found (asked: ${first.host} Unauthorized, ${second.host} NotFound, ${source.host} NotFound)`,
    );
  });

  it('that cannot be asked leaves open whether the image is there, when the source is closed', async () => {
    const { source, first, second, settings } = await threeRegistries();
    const [{ mirrors = [] } = { mirrors: [] }] = settings.mirrors;
    const client = stage.client({
      mirrors: [{ source: source.host, mirrors, pull: 'All', contactSource: false }],
    });
    first.access = { kind: 'Basic', users: {} };
    expect((await errorOf(find(client, `${source.host}/app:1`))).code).toBe('Unauthorized');
    first.access = { kind: 'Open' };
    expect((await errorOf(find(client, `${source.host}/app:1`))).code).toBe('NotFound');
    expect([source.asked, second.asked.length > 0]).toEqual([[], true]);
  });

  it('counts for whose access a question uses', async () => {
    const { source, second, client, spec } = await threeRegistries();
    const query = {
      pullSpec: spec,
      insecure: true,
      mode: 'Legacy',
      platform: { os: '', architecture: '' },
      known: '',
    } as const;
    const identity = (auths: object) => client.identity(query, credentialsFor(auths));
    const forSource = identity({ [source.host]: password('ann', 'right') });
    const forMirror = identity({ [`${second.host}/copy`]: password('ann', 'right') });
    const forBoth = identity({
      [source.host]: password('ann', 'right'),
      [second.host]: password('ann', 'right'),
    });
    expect(new Set([forSource, forMirror, forBoth, '']).size).toBe(4);
    expect(identity({ 'other.example.com': password('ann', 'right') })).toBe('');
    expect(client.identity(query, anonymous)).toBe('');
    expect(client.identity({ ...query, pullSpec: 'A' }, anonymous)).toBe('');
  });
});
