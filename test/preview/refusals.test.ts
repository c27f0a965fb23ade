import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../cluster-client/eventually.ts';
import { json } from '../cluster-client/http-server.ts';
import { follow, image } from '../controllers/trigger-stage.ts';
import { PreviewStage } from './preview-stage.ts';

const stage = new PreviewStage();
const path = '/preview/namespaces/shop/imagestreamtags/app:1';
const everything = () => true;

beforeAll(async () => {
  await stage.start();
  stage.server.tokens.set('ada', 'ada').set('eve', 'eve');
  stage.tag('app', { '1': image(1), '1.1': image(2) });
  stage.deploy('a', { web: image(1) }, [follow('app:1')]);
  await stage.lead();
  await stage.quiet();
  await stage.servePreviews();
});
beforeEach(() => {
  stage.listed = true;
  stage.server.allows = everything;
});
afterAll(() => stage.stop());

const token = 'ada';

async function refused(code: string, status: number, asked: ReturnType<PreviewStage['ask']>) {
  const { status: seen, body, headers } = await asked;
  expect([seen, body.details.causes[0]?.reason]).toEqual([status, code]);
  expect(body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status });
  return { body, headers };
}

describe('who asks', () => {
  it('must have a token', async () => {
    const { headers } = await refused('NoToken', 401, stage.ask(`${path}?to=1.1`));
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  it('must have one that the API server takes', async () => {
    const { body } = await refused('BadToken', 401, stage.ask(`${path}?to=1.1`, { token: 'forged-7' }));
    expect(body.reason).toBe('Unauthorized');
    expect(stage.lines.join('')).not.toContain('forged-7');
  });

  it('is asked for the token before anything else is said', async () => {
    await refused('NoToken', 401, stage.ask('/preview/namespaces/X/imagestreamtags/nonsense'));
  });

  it('must be allowed to get the stream, be it there or not', async () => {
    stage.server.allows = () => false;
    const there = await refused('MayNotSee', 403, stage.preview('app:1', 'to=1.1', 'eve'));
    const gone = await refused('MayNotSee', 403, stage.preview('gone:1', 'to=1.1', 'eve'));
    expect(there.body.message.replace('app', 'gone')).toBe(gone.body.message);
    expect(there.body.message).toContain('user "eve" may not get image stream "app" in namespace "shop"');
  });
});

describe('a question', () => {
  it.each([
    ['', 'say where'],
    ['to=1.1&image=x', 'say where'],
    ['to=1', 'another tag than'],
    ['to=-', 'another tag of the same image stream'],
    ['to=app:1.1', 'another tag of the same image stream'],
    ['image=q.io/app:1', 'with a digest'],
    ['image=q.io/app@sha256:12', 'with a digest'],
    ['image=', 'with a digest'],
    ['to=1.1&limit=0', 'limit must be'],
    ['to=1.1&limit=x', 'limit must be'],
    ['to=1.1&continue=%00', 'continue must be'],
    ['to=1.1&to=1.2', 'more than once'],
    ['to=1.1&dryRun=true', 'only the parameters'],
  ])('that says "%s" is refused with what to mend', async (query, words) => {
    const { body } = await refused('BadQuestion', 400, stage.ask(`${path}?${query}`, { token }));
    expect(body.message).toContain(words);
  });

  it.each([
    '/preview/namespaces/Shop/imagestreamtags/app:1?to=2',
    '/preview/namespaces/shop/imagestreamtags/app?to=2',
    '/preview/namespaces/shop/imagestreamtags/a%2Fb:1?to=2',
    '/preview/namespaces/shop/imagestreamtags/app:1:2?to=2',
    '/preview/namespaces/shop/imagestreamtags/app@sha256:1?to=2',
    '/preview/namespaces/%ff/imagestreamtags/app:1?to=2',
  ])('for %s is refused', async (asked) => {
    await refused('BadQuestion', 400, stage.ask(asked, { token }));
  });

  it('about a stream or tag that is not there is answered so', async () => {
    const { body } = await refused('NoStream', 404, stage.preview('gone:1', 'to=2'));
    expect(body.message).toBe('namespace "shop" has no image stream "gone"');
    const other = await refused('NoImage', 404, stage.preview('app:1', 'to=9'));
    expect(other.body.message).toBe('image stream "app" has no image for tag "9"');
  });

  it('that would lead in a circle is told so', async () => {
    const stream = '/apis/image.openshift.io/v1stored/namespaces/shop/imagestreams/app';
    stage.server.change(stream, (object) => ({
      ...object,
      spec: {
        tags: [{ name: '1' }, { name: '1.1', from: { kind: 'ImageStreamTag', name: '1' }, generation: 1 }],
      },
    }));
    await eventually(() => stage.known.streams.get('shop/app')?.spec?.tags?.[1]?.from !== undefined);
    const { body } = await refused('Unusable', 422, stage.preview('app:1', 'to=1.1'));
    expect(body.message).toMatch(
      /^tag "1" of image stream "app" cannot point there: .*leads back to the tag itself/,
    );
  });

  it('goes to one path, by one method', async () => {
    await refused('NoSuchPath', 404, stage.ask('/metrics', { token }));
    const { headers } = await refused('WrongMethod', 405, stage.ask(path, { token, method: 'POST' }));
    expect(headers.allow).toBe('GET');
  });
});

describe('an answer', () => {
  it('is not given before the cluster has been listed', async () => {
    stage.listed = false;
    const { headers } = await refused('NotReady', 503, stage.preview('app:1', 'to=1.1'));
    expect(headers['retry-after']).toBe('1');
  });

  it('is not given while nobody can tell what may be seen', async () => {
    const { handler } = stage.server.http;
    stage.server.http.handler = (request, response, raw) => {
      if (request.url.pathname.endsWith('/subjectaccessreviews')) json(response, 500, {});
      else handler(request, response, raw);
    };
    await refused('NotAnswered', 503, stage.preview('app:1', 'to=1.1'));
    stage.server.http.handler = handler;
  });

  it('is given to a few at the same time only, and to others later', async () => {
    const { handler } = stage.server.http;
    const waiting: (() => void)[] = [];
    stage.server.http.handler = (request, response, raw) => {
      const go = () => handler(request, response, raw);
      if (request.method === 'POST') waiting.push(go);
      else go();
    };
    const asked = Array.from({ length: 12 }, () => stage.preview('app:1', `image=${image(3)}`));
    let many = 0;
    for (const each of asked) void each.then(({ status }) => (many += status === 429 ? 1 : 0));
    await eventually(() => many === 4);
    stage.server.http.handler = handler;
    for (const go of waiting) go();
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array(8).fill(200),
      ...Array(4).fill(429),
    ]);
    expect(await stage.answered('TooMany')).toBe(4);
  });
});
