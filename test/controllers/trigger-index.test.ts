import { describe, expect, it } from '@jest/globals';
import { TriggerIndex } from '../../src/controllers/trigger-index.ts';

const tag = (stream: string, name = '1') => ({ namespace: 'shop', stream, tag: name });
const followers = (index: TriggerIndex, stream: string) =>
  Object.fromEntries([...index.followersOf(stream)].map(([name, workloads]) => [name, [...workloads]]));

describe('the index of workloads', () => {
  it('names those that follow a tag, as long as they do', () => {
    const index = new TriggerIndex();
    index.set('a', [tag('app'), tag('app', '2'), tag('db')]);
    index.set('b', [tag('app')]);
    expect(followers(index, 'shop/app')).toEqual({ '1': ['a', 'b'], '2': ['a'] });
    expect(index.size).toBe(3);
    index.set('a', [tag('db')]);
    expect(followers(index, 'shop/app')).toEqual({ '1': ['b'] });
    index.set('b', []);
    expect(followers(index, 'shop/app')).toEqual({});
    expect(followers(index, 'shop/db')).toEqual({ '1': ['a'] });
    expect(index.size).toBe(1);
  });

  it('counts a workload once that follows a tag with two containers', () => {
    const index = new TriggerIndex();
    index.set('a', [tag('app'), tag('app')]);
    expect(followers(index, 'shop/app')).toEqual({ '1': ['a'] });
    expect(index.countOf('shop/app', '1')).toBe(1);
    index.set('a', []);
    expect(index.countOf('shop/app', '1')).toBe(0);
    expect(followers(index, 'shop/app')).toEqual({});
  });

  it('names the most followed tags, as many as asked for', () => {
    const index = new TriggerIndex();
    for (const name of ['a', 'b', 'c']) index.set(name, [tag('app')]);
    for (const name of ['d', 'e']) index.set(name, [tag('db')]);
    index.set('f', [tag('app', '2'), tag('db', '9')]);
    expect(index.mostFollowed(2)).toEqual([
      { stream: 'shop/app', tag: '1', workloads: 3 },
      { stream: 'shop/db', tag: '1', workloads: 2 },
    ]);
    expect(index.mostFollowed(10)).toHaveLength(4);
    expect(index.mostFollowed(0)).toEqual([]);
  });
});
