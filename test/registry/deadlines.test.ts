import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { anonymous, defaultRegistrySettings, type RegistryClient } from '../../src/registry/index.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { json } from '../cluster-client/http-server.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { image } from './images.ts';
import { errorOf, find, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const { timeouts } = defaultRegistrySettings;
const tags = (client: RegistryClient, host: string, signal?: AbortSignal) =>
  client.tags(`${host}/app`, { insecure: true, most: 1_000_000 }, anonymous, signal);

/** A registry that answers nothing until it is told. */
async function waitingRegistry(answer: (response: ServerResponse, asked: number) => void) {
  const registry = await stage.registry();
  registry.push('app', '1', image('one'));
  const waiting: ServerResponse[] = [];
  let asked = 0;
  registry.faults.push((_, response) => {
    waiting.push(response);
    return true;
  });
  const go = async () => {
    await eventually(() => waiting.length > 0);
    asked += 1;
    for (const response of waiting.splice(0)) answer(response, asked);
  };
  return { registry, waiting, go, spec: `${registry.host}/app:1` };
}

function page(response: ServerResponse, at: number): void {
  json(response, 200, { tags: [`t${at}`] }, { link: `</v2/app/tags/list?last=${at}>; rel="next"` });
}

describe('a list of tags', () => {
  it('has one time for all its pages', async () => {
    const clock = new ManualClock();
    const { registry, waiting, go } = await waitingRegistry(page);
    const client = stage.client({ clock, timeouts: { ...timeouts, listMs: 25_000 } });
    const failed = errorOf(tags(client, registry.host));
    for (let at = 0; at < 2; at++) {
      await eventually(() => waiting.length > 0);
      clock.advance(10_000);
      await go();
    }
    await eventually(() => waiting.length > 0);
    clock.advance(5_000);
    const { code, message } = await failed;
    expect([code, message]).toEqual([
      'Timeout',
      `the registry ${registry.host} did not send its list of tags in time when asked for "${registry.host}/app"`,
    ]);
    expect(clock.pending).toEqual([]);
  });

  it('ends with the reason of who gives up', async () => {
    const { registry, waiting } = await waitingRegistry(page);
    const abort = new AbortController();
    const listed = tags(stage.client(), registry.host, abort.signal);
    await eventually(() => waiting.length > 0);
    abort.abort(new Error('enough'));
    await expect(listed).rejects.toThrow('enough');
    await expect(tags(stage.client(), registry.host, abort.signal)).rejects.toThrow('enough');
  });
});

describe('an image', () => {
  const unknown = (response: ServerResponse) => void response.writeHead(405).end();

  it('has one time for all steps that find it', async () => {
    const clock = new ManualClock();
    const { registry, waiting, go, spec } = await waitingRegistry(unknown);
    const client = stage.client({ clock, timeouts: { ...timeouts, findMs: 15_000 } });
    const failed = errorOf(find(client, spec));
    await eventually(() => waiting.length > 0);
    clock.advance(10_000);
    await go();
    await eventually(() => waiting.length > 0);
    clock.advance(5_000);
    const { code, message } = await failed;
    expect([code, message]).toEqual([
      'Timeout',
      `the registry ${registry.host} did not give all its answers in time when asked for "${spec}"`,
    ]);
    expect(clock.pending).toEqual([]);
  });

  it('whose time is over at a mirror is looked for nowhere else', async () => {
    const clock = new ManualClock();
    const { registry, waiting } = await waitingRegistry(unknown);
    const source = await stage.registry();
    const client = stage.client({
      clock,
      timeouts: { ...timeouts, findMs: 5_000 },
      mirrors: [
        {
          source: source.host,
          mirrors: [{ location: registry.host, insecure: true }],
          pull: 'All',
          contactSource: true,
        },
      ],
    });
    const failed = errorOf(find(client, `${source.host}/app:1`));
    await eventually(() => waiting.length > 0);
    clock.advance(5_000);
    const { code, message } = await failed;
    expect([code, message]).toEqual(['Timeout', expect.stringContaining(`the registry ${registry.host}`)]);
    expect(source.asked).toEqual([]);
  });

  it('that gets no turn in its time is said to have too many before it', async () => {
    const clock = new ManualClock();
    const registry = await stage.registry();
    registry.push('app', '1', image('one'));
    const client = stage.client({
      clock,
      timeouts: { ...timeouts, findMs: 5_000 },
      ratePerHost: { burst: 1, perSecond: 0.01, waiting: 10 },
    });
    // the first turn is for HTTPS, which the registry does not speak
    const failed = errorOf(find(client, `${registry.host}/app:1`));
    await eventually(() => clock.pending.includes(100_000));
    clock.advance(5_000);
    const { code, message } = await failed;
    expect([code, message]).toEqual([
      'TooManyRequests',
      expect.stringContaining('too many requests waiting'),
    ]);
    expect(registry.asked).toEqual([]);
  });
});
