import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { follow, image } from '../controllers/trigger-stage.ts';
import { outlineOf } from './preview-client.ts';
import { PreviewStage } from './preview-stage.ts';

let stage: PreviewStage;

beforeEach(async () => {
  stage = new PreviewStage();
  await stage.start();
  stage.server.tokens.set('ada', 'ada');
  stage.tag('app', { '1': image(1), '1.1': image(2) });
});
afterEach(() => stage.stop());

/** Everything is there, and previews are served. */
async function ready() {
  await stage.lead();
  await stage.quiet();
  await stage.servePreviews();
}

const web = (tag: string, namespace?: string) =>
  follow(tag, 'web', namespace === undefined ? {} : { from: { namespace } });

describe('a preview over HTTPS', () => {
  it('names what would move and what would stay, and moves nothing', async () => {
    stage.deploy('a', { web: image(1) }, [web('app:1')]);
    stage.deploy('b', { web: image(1) }, [follow('app:1', 'web', { paused: true })]);
    stage.deploy('c', { web: image(2) }, [web('app:1.1')]);
    stage.job('j', { web: image(1) }, [web('app:1')]);
    await ready();
    const { status, body, headers } = await stage.preview('app:1', 'to=1.1');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toMatchObject({ kind: 'TagMovePreview', metadata: {}, hidden: 0 });
    expect(body.tags).toEqual([{ namespace: 'shop', name: 'app:1', from: image(1), to: image(2) }]);
    expect(outlineOf(body)).toEqual([
      'Deployment/shop/a web RollsOut',
      'Deployment/shop/b web Paused',
      'Job/shop/j web Immutable',
    ]);
    const [moves, stays] = body.items;
    expect(moves).toMatchObject({ apiVersion: 'apps/v1', tag: 'app:1', from: image(1), to: image(2) });
    expect(moves?.message).toBe(
      `container "web" has ${image(2)} from "app:1" then, before that ${image(1)}: it rolls out`,
    );
    expect(stays?.message).toContain('its trigger is paused');
    expect(stage.server.requests).toEqual([]);
    expect(stage.images('a')['web']).toBe(image(1));
  });

  it('says the same as what then happens, the words included', async () => {
    stage.withWebhook();
    stage.deploy('moves', { web: image(1), side: image(1) }, [web('app:1'), follow('app:1', 'side')]);
    stage.deploy('has-it', { web: image(2) }, [follow('app:1', 'web', { paused: true })]);
    stage.deploy('paused', { web: image(1) }, [follow('app:1', 'web', { paused: true })]);
    stage.deploy('other', { web: image(1) }, [web('app:1.1')]);
    await ready();
    const { body } = await stage.preview('app:1', `image=${encodeURIComponent(image(3))}`);
    stage.tag('app', { '1': image(3), '1.1': image(2) });
    await stage.has('moves', image(3));
    await stage.quiet();
    const updated = stage.events.filter(
      ({ reason, note }) => reason === 'ImageUpdated' && note.includes(image(3)),
    );
    const moving = body.items.filter(({ effect }) => effect === 'RollsOut');
    expect(moving.map(({ name, container }) => `${name} ${container}`).toSorted()).toEqual(
      updated.map(({ regarding, note }) => `${regarding.name} ${/"(\w+)"/.exec(note)?.[1]}`).toSorted(),
    );
    const staying = body.items.filter(({ effect }) => effect !== 'RollsOut').map(({ message }) => message);
    expect(staying.toSorted()).toEqual(
      stage
        .notes('TriggerSkipped')
        .filter((note) => note.includes(image(3)))
        .toSorted(),
    );
    expect(staying).toHaveLength(2);
  });

  it('takes along the tags that follow, and whoever follows them, through streams that may be seen', async () => {
    const path = (namespace: string, name: string) =>
      `/apis/image.openshift.io/v1stored/namespaces/${namespace}/imagestreams/${name}`;
    const tag = (name: string, source: object, n: number, annotations = {}) => ({
      spec: { name, from: { kind: 'ImageStreamTag', ...source }, generation: 1, annotations },
      status: {
        tag: name,
        items: [
          {
            created: '2026-01-01T00:00:00Z',
            image: image(n).split('@')[1],
            dockerImageReference: image(n),
            generation: 1,
          },
        ],
      },
    });
    const stream = (...tags: ReturnType<typeof tag>[]) => ({
      ...{ apiVersion: 'image.openshift.io/v1stored', kind: 'ImageStream', metadata: {} },
      spec: { tags: tags.map(({ spec }) => spec) },
      status: { tags: tags.map(({ status }) => status) },
    });
    const following = { 'imagestreams.io/follow': 'true' };
    stage.server.put(
      path('shop', 'base'),
      stream(
        tag('1.1', { kind: 'DockerImage', name: 'q.io/app:1.1' }, 2),
        tag('1', { kind: 'DockerImage', name: 'q.io/app:1' }, 1),
        tag('latest', { name: '1' }, 1),
      ),
    );
    const source = { name: 'base:latest', namespace: 'shop' };
    stage.server.put(path('shop', 'near'), stream(tag('x', source, 1, following)));
    stage.server.put(path('team', 'far'), stream(tag('x', source, 1, following)));
    stage.deploy('a', { web: image(1) }, [web('base:1')]);
    // takes its place among the others, although the API server is asked about it
    stage.deploy('a-far', { web: image(1) }, [web('far:x', 'team')]);
    stage.deploy('b', { web: image(1) }, [web('base:latest')]);
    stage.deploy('c', { web: image(1) }, [web('near:x')]);
    stage.deploy('d', { web: image(1) }, [web('far:x', 'team')]);
    await ready();
    const all = await stage.preview('base:1', 'to=1.1');
    expect(all.body.tags.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'shop/base:1',
      'shop/base:latest',
      'shop/near:x',
      'team/far:x',
    ]);
    expect(outlineOf(all.body).map((each) => each.split(' ')[0])).toEqual(
      ['a', 'a-far', 'b', 'c', 'd'].map((name) => `Deployment/shop/${name}`),
    );
    stage.server.allows = (_, namespace) => namespace !== 'team';
    const some = await stage.preview('base:1', 'to=1.1');
    expect(JSON.stringify(some.body)).not.toContain('team');
    expect(some.body).toMatchObject({ hidden: 0, items: { length: 3 } });
  });

  it('names no workload that may not be seen, and tells of those no more than how many follow', async () => {
    stage.deploy('a', { web: image(1) }, [web('app:1')]);
    stage.deploy('b', { web: image(2) }, [web('app:1')]);
    stage.job('secret', { web: image(1) }, [web('app:1')]);
    await ready();
    stage.server.allows = (user, namespace, _, resource) =>
      user === 'ada' && namespace === 'shop' && resource !== 'jobs';
    // whatever it would get: otherwise one could find out by asking which image it has
    for (const n of [1, 2, 3]) {
      const { body } = await stage.preview('app:1', `image=${image(n)}`);
      expect(body.hidden).toBe(1);
      expect(JSON.stringify(body)).not.toContain('secret');
    }
  });

  it('comes in parts', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) stage.deploy(name, { web: image(1) }, [web('app:1')]);
    await ready();
    const seen: string[] = [];
    let next: string | undefined = '';
    let parts = 0;
    for (; next !== undefined; parts += 1) {
      const { body } = await stage.preview('app:1', `to=1.1&limit=2&continue=${next}`);
      seen.push(...body.items.map(({ name }) => name));
      next = body.metadata.continue;
    }
    expect([seen, parts]).toEqual([names, 3]);
  });

  it('tells that an account may not pull from the other namespace', async () => {
    stage.tag('base', { '1': image(1) }, 'team');
    stage.deploy('a', { web: image(1) }, [web('base:1', 'team')]);
    await ready();
    stage.server.allows = (user) => user === 'ada';
    const { body } = await stage.ask(`/preview/namespaces/team/imagestreamtags/base:1?image=${image(2)}`, {
      token: 'ada',
    });
    expect(outlineOf(body)).toEqual(['Deployment/shop/a web NotAllowed']);
    expect(body.items[0]?.message).toContain('kubectl create rolebinding');
  });
});
