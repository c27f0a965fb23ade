import { afterEach, describe, expect, it } from '@jest/globals';
import { json } from '../cluster-client/http-server.ts';
import { failure } from './fake-registry.ts';
import { image, index, sha256, stored, types } from './images.ts';
import { errorOf, find, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

describe('an image', () => {
  it('is found by tag: the digest is asked for, then the manifest by it', async () => {
    const registry = await stage.registry();
    const one = image('one');
    registry.push('team/app', '1', one);
    const found = await find(stage.client(), `${registry.host}/team/app:1`);
    expect(found).toEqual({ image: one.digest, reference: `${registry.host}/team/app@${one.digest}` });
    expect(registry.asked).toEqual([
      'HEAD /v2/team/app/manifests/1',
      `GET /v2/team/app/manifests/${one.digest}`,
    ]);
    const [head] = registry.server.requests;
    expect(head?.headers['user-agent']).toBe('imagestreams/test');
    expect(head?.headers.accept?.split(', ').sort()).toEqual(
      [types.ociImage, types.ociIndex, types.dockerImage, types.dockerList].sort(),
    );
  });

  it('that is known already costs a HEAD and no more', async () => {
    const registry = await stage.registry();
    const one = image('one');
    registry.push('team/app', '1', one);
    const found = await find(stage.client(), `${registry.host}/team/app:1`, { known: one.digest });
    expect(found.image).toBe(one.digest);
    expect(registry.asked).toEqual(['HEAD /v2/team/app/manifests/1']);
  });

  it('is found by digest, and needs no tag', async () => {
    const registry = await stage.registry();
    const one = image('one');
    registry.push('team/app', '', one);
    const spec = `${registry.host}/team/app@${one.digest}`;
    expect(await find(stage.client(), spec)).toEqual({ image: one.digest, reference: spec });
    expect((await find(stage.client(), spec, { known: one.digest })).image).toBe(one.digest);
    expect(registry.asked.filter((each) => each.startsWith('GET'))).toHaveLength(1);
  });

  it('without a tag is the latest', async () => {
    const registry = await stage.registry();
    registry.push('app', 'latest', image('one'));
    expect(await find(stage.client(), `${registry.host}/app`)).toEqual({
      image: image('one').digest,
      reference: `${registry.host}/app@${image('one').digest}`,
    });
  });

  it('may have a digest of another algorithm', async () => {
    const registry = await stage.registry();
    const one = image('one');
    const { createHash } = await import('node:crypto');
    const digest = `sha512:${createHash('sha512').update(one.body).digest('hex')}`;
    registry.push('app', '1', { ...one, digest });
    expect((await find(stage.client(), `${registry.host}/app:1`)).image).toBe(digest);
  });

  it.each([
    ['an image of Docker', image('one', types.dockerImage)],
    [
      'an artifact without layers',
      stored(types.ociImage, { schemaVersion: 2, config: {}, artifactType: 'a/b' }),
    ],
    [
      'an image without a media type of its own',
      stored(types.ociImage, { schemaVersion: 2, config: {}, layers: [] }),
    ],
    ['an image served as plain JSON', { ...image('one'), type: 'application/json' }],
    ['an index', index([['linux/amd64', image('one')]])],
    ['a list of Docker', index([['linux/amd64', image('one')]], types.dockerList)],
    ['an empty index', index([])],
  ])('may be %s', async (_, manifest) => {
    const registry = await stage.registry();
    registry.push('app', '1', manifest);
    expect((await find(stage.client(), `${registry.host}/app:1`)).image).toBe(manifest.digest);
  });
});

describe('a registry whose HEAD says too little', () => {
  it.each([
    ['is not allowed', 405],
    ['is not known', 404],
    ['is bad', 400],
    ['is not implemented', 501],
  ])('because it %s, is asked with GET', async (_, status) => {
    const registry = await stage.registry();
    const one = image('one');
    registry.push('app', '1', one);
    registry.faults.push(({ method }, response) => {
      if (method === 'HEAD') failure(response, status, 'UNSUPPORTED');
      return method === 'HEAD';
    });
    expect((await find(stage.client(), `${registry.host}/app:1`)).image).toBe(one.digest);
    expect(registry.asked).toEqual(['HEAD /v2/app/manifests/1', 'GET /v2/app/manifests/1']);
  });

  it.each([
    ['no digest', {}],
    ['a digest that is none', { 'docker-content-digest': 'sha256:abc' }],
    ['the tag for a digest', { 'docker-content-digest': '1' }],
  ])('because it has %s, has its answer hashed here', async (_, headers) => {
    const registry = await stage.registry();
    const one = image('one');
    registry.faults.push(({ method }, response) => {
      response.writeHead(200, { 'content-type': one.type, ...headers });
      response.end(method === 'HEAD' ? undefined : one.body);
      return true;
    });
    expect((await find(stage.client(), `${registry.host}/app:1`)).image).toBe(one.digest);
  });

  it('about a tag that has moved on, is asked for the tag', async () => {
    const registry = await stage.registry();
    const [one, two] = [image('one'), image('two')];
    registry.push('app', '1', one);
    registry.faults.push(({ method }) => {
      if (method === 'GET') {
        registry.remove('app', one.digest);
        registry.push('app', '1', two);
      }
      return false;
    });
    expect((await find(stage.client(), `${registry.host}/app:1`)).image).toBe(two.digest);
  });
});

describe('a manifest', () => {
  const wrong = Buffer.from('{"schemaVersion":2,"config":{}}');
  it.each<readonly [string, string, string | Buffer, string, RegExp]>([
    ['is of schema 1', types.schema1, '{"schemaVersion":1}', 'UnsupportedManifest', /not supported any more/],
    [
      'is of schema 1 without saying so',
      'application/json',
      '{"schemaVersion":1}',
      'UnsupportedManifest',
      /schema 1/,
    ],
    ['is a page', 'text/html; charset=utf-8', '<html>', 'NotARegistry', /check the host/],
    ['is a page that says to be JSON', types.ociImage, ' <!DOCTYPE html>', 'NotARegistry', /check the host/],
    ['is no JSON', types.ociImage, '{"schemaVersion":2', 'InvalidResponse', /not JSON/],
    ['is no UTF-8', types.ociImage, Buffer.from([0x22, 0xff, 0x22]), 'InvalidResponse', /not JSON/],
    ['is nested too deep', types.ociImage, '['.repeat(200_000), 'InvalidResponse', /too deep/],
    ['has too many values', types.ociImage, `[${'0,'.repeat(500_000)}0]`, 'InvalidResponse', /too large/],
    ['is something else', 'application/json', '{"schemaVersion":2}', 'UnsupportedManifest', /neither/],
    ['is a list', types.ociImage, '[]', 'UnsupportedManifest', /neither/],
    [
      'has another type than the answer',
      types.ociImage,
      JSON.stringify({ schemaVersion: 2, mediaType: types.dockerImage, config: {} }),
      'InvalidResponse',
      /another type/,
    ],
    [
      'has the type of an index and the content of an image',
      types.ociIndex,
      wrong,
      'UnsupportedManifest',
      /neither/,
    ],
    [
      'is an image and an index',
      types.ociImage,
      '{"schemaVersion":2,"manifests":[],"layers":[]}',
      'InvalidResponse',
      /at once/,
    ],
    [
      'is an index with an entry without digest',
      types.ociIndex,
      '{"schemaVersion":2,"manifests":[{}]}',
      'InvalidResponse',
      /without a digest/,
    ],
  ])('that %s is refused', async (_, type, content, code, message) => {
    const registry = await stage.registry();
    const body = Buffer.from(content);
    registry.push('app', '1', { type, body, digest: sha256(body) });
    const error = await errorOf(find(stage.client(), `${registry.host}/app:1`));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`${registry.host}/app:1`);
  });

  it.each([
    ['by tag', ({ host }: { host: string }) => `${host}/app:1`],
    ['by digest', ({ host }: { host: string }) => `${host}/app@${image('one').digest}`],
  ])('that was asked for %s and has another digest is refused', async (_, spec) => {
    const registry = await stage.registry();
    registry.push('app', '1', { ...image('two'), digest: image('one').digest });
    const error = await errorOf(find(stage.client(), spec(registry)));
    expect(error.code).toBe('DigestMismatch');
  });

  it('larger than allowed is refused before and while it comes', async () => {
    const registry = await stage.registry();
    const body = Buffer.alloc(5 * 1024 * 1024, 0x20);
    registry.push('app', 'announced', { type: types.ociImage, body, digest: sha256(body) });
    registry.faults.push(({ method, url }, response) => {
      if (method !== 'GET' || !url.pathname.endsWith('endless')) return false;
      response.writeHead(200, { 'content-type': types.ociImage });
      const more = () => {
        while (response.write(body));
      };
      response.on('drain', more);
      more();
      return true;
    });
    const client = stage.client();
    for (const tag of ['announced', 'endless']) {
      const error = await errorOf(find(client, `${registry.host}/app:${tag}`));
      expect([error.code, error.message]).toEqual(['TooLarge', expect.stringContaining('more than 4 MiB')]);
    }
  });
});

describe('what is not there', () => {
  it.each([
    ['a tag', 'app:2'],
    ['a digest', `app@${sha256('nothing')}`],
    ['a repository', 'nothing/app:1'],
  ])('as %s, is not found, in the words of OpenShift', async (_, rest) => {
    const registry = await stage.registry();
    registry.push('app', '1', image('one'));
    const error = await errorOf(find(stage.client(), `${registry.host}/${rest}`));
    expect(error.code).toBe('NotFound');
    expect(error.message).toBe(`dockerimage.image.openshift.io "${registry.host}/${rest}" not found`);
  });

  it('is told from a web server that is no registry', async () => {
    const registry = await stage.registry();
    registry.faults.push((_, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
      return true;
    });
    expect((await errorOf(find(stage.client(), `${registry.host}/app:1`))).code).toBe('NotARegistry');
    registry.faults.unshift(({ url }, response) => {
      if (url.pathname === '/v2/') json(response, 200, {});
      return url.pathname === '/v2/';
    });
    expect((await errorOf(find(stage.client(), `${registry.host}/app:1`))).code).toBe('NotFound');
  });
});

describe('a pull spec', () => {
  it.each([
    ['', /must have at least one component/],
    ['test///un/parse/able/image', /invalid reference format/],
    ['Team/App', /must be lowercase/],
    ['registry.example.com', /no repository/],
    ['registry.example.com:99999/app', /port/],
    [`app:${'x'.repeat(2_000)}`, /invalid reference format/],
  ])('%j asks nobody', async (spec, message) => {
    const error = await errorOf(find(stage.client(), spec));
    expect(error.code).toBe('InvalidReference');
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(500);
  });
});
