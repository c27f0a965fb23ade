import { afterEach, describe, expect, it } from '@jest/globals';
import { anonymous, defaultRegistrySettings, type RegistryClient } from '../../src/registry/index.ts';
import { json } from '../cluster-client/http-server.ts';
import type { Fault } from './fake-registry.ts';
import { image } from './images.ts';
import { credentialsFor, errorOf, password, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const names = (count: number) => Array.from({ length: count }, (_, at) => `v${String(at).padStart(5, '0')}`);

async function repositoryWith(tags: readonly string[]) {
  const registry = await stage.registry();
  registry.push('team/app', '', image('one'));
  for (const tag of tags) registry.push('team/app', tag, image('one'));
  return registry;
}

function tags(client: RegistryClient, repository: string, most = 10_000, credentials = anonymous) {
  return client.tags(repository, { insecure: true, most }, credentials);
}

function answering(body: unknown, headers = {}): Fault {
  return ({ url }, response) => {
    if (url.pathname.endsWith('/tags/list')) json(response, 200, body, headers);
    return url.pathname.endsWith('/tags/list');
  };
}

describe('the tags of a repository', () => {
  it.each([
    ['on one page', 10, 1_000, 1],
    ['on many pages', 1_000, 100, 10],
  ])('%s are all read', async (_, count, tagsOnAPage, pages) => {
    const registry = await repositoryWith(names(count));
    registry.tagsOnAPage = tagsOnAPage;
    expect(await tags(stage.client(), `${registry.host}/team/app`)).toEqual(names(count));
    expect(registry.asked).toHaveLength(pages);
  });

  it('are read as far as they are wanted', async () => {
    const registry = await repositoryWith(names(100));
    registry.tagsOnAPage = 10;
    expect(await tags(stage.client(), `${registry.host}/team/app`, 25)).toEqual(names(25));
    expect(registry.asked).toHaveLength(3);
  });

  it('may be none', async () => {
    const registry = await repositoryWith([]);
    expect(await tags(stage.client(), `${registry.host}/team/app`)).toEqual([]);
  });

  it('need the credentials on each page', async () => {
    const registry = await repositoryWith(names(3));
    registry.tagsOnAPage = 1;
    registry.access = { kind: 'Basic', users: { ann: 'right' } };
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    expect(await tags(stage.client(), `${registry.host}/team/app`, 10, credentials)).toEqual(names(3));
    expect(registry.asked).toHaveLength(4);
  });

  it('that are no tags are left out, and no tag is there twice', async () => {
    const registry = await repositoryWith([]);
    const listed = ['1', '', 'a/b', '..', '-x', 7, null, 'x'.repeat(129), '1', 'ok', { tag: 1 }];
    registry.faults.push(answering({ name: 'team/app', tags: listed }));
    expect(await tags(stage.client(), `${registry.host}/team/app`)).toEqual(['1', 'ok']);
  });

  it('of a repository that is not there are not found', async () => {
    const registry = await repositoryWith([]);
    const error = await errorOf(tags(stage.client(), `${registry.host}/nothing`));
    expect(error.code).toBe('NotFound');
    expect(error.message).toBe(`dockerimage.image.openshift.io "${registry.host}/nothing" not found`);
  });

  it.each([
    ['is no JSON object', '[]', 'NotARegistry'],
    ['has something else for tags', { name: 'team/app', tags: 'all' }, 'NotARegistry'],
    ['has nothing', {}, 'NotARegistry'],
  ])('whose list %s are an error', async (_, body, code) => {
    const registry = await repositoryWith([]);
    registry.faults.push(answering(body));
    expect((await errorOf(tags(stage.client(), `${registry.host}/team/app`))).code).toBe(code);
  });
});

describe('the next page', () => {
  it('elsewhere is not read', async () => {
    const registry = await repositoryWith([]);
    const elsewhere = await repositoryWith(names(5));
    for (const host of [elsewhere.host, '169.254.169.254', 'quay.invalid']) {
      const link = `<http://${host}/v2/team/app/tags/list?last=a>; rel="next"`;
      registry.faults.splice(0, 1, answering({ name: 'team/app', tags: ['1'] }, { link }));
      const error = await errorOf(tags(stage.client(), `${registry.host}/team/app`));
      expect([error.code, error.message]).toEqual([
        'InvalidResponse',
        expect.stringContaining('goes on at another host'),
      ]);
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it('may be named with the whole address of the same registry', async () => {
    const registry = await repositoryWith([]);
    registry.faults.push(({ url }, response) => {
      const last = url.searchParams.get('last');
      const link = `<https://${registry.host}/v2/team/app/tags/list?last=1>; rel="next"`;
      if (last === null) json(response, 200, { tags: ['1'] }, { link });
      else json(response, 200, { tags: ['2'] });
      return true;
    });
    expect(await tags(stage.client(), `${registry.host}/team/app`)).toEqual(['1', '2']);
  });

  it.each([
    ['that is the same again', '</v2/team/app/tags/list?n=1000>; rel="next"'],
    ['without end', undefined],
  ])('%s is an error', async (_, fixed) => {
    const registry = await repositoryWith([]);
    let page = 0;
    registry.faults.push((_request, response) => {
      page += 1;
      const link = fixed ?? `</v2/team/app/tags/list?last=${page}>; rel="next"`;
      json(response, 200, { tags: [`t${page}`] }, { link });
      return true;
    });
    const { limits } = defaultRegistrySettings;
    const client = stage.client({ limits: { ...limits, tagPages: 20 } });
    const error = await errorOf(tags(client, `${registry.host}/team/app`));
    expect([error.code, error.message]).toEqual(['InvalidResponse', expect.stringContaining('does not end')]);
    expect(page).toBeLessThanOrEqual(20);
  });
});
