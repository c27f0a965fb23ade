import { describe, expect, it } from '@jest/globals';
import { diagnoseExistence, type ExistingStreams, pullNotAllowed } from '../../src/triggers/index.ts';
import { diagnose, entry, from, text } from './fixtures.ts';

const tags: Readonly<Record<string, readonly string[]>> = { keycloak: ['20', 'latest'], empty: [] };
const existing: ExistingStreams = {
  hasStream: (namespace, stream) =>
    namespace === 'unknown' ? undefined : stream in tags || stream === 'new',
  streamNames: () => Object.keys(tags),
  tagNames: (_, stream) => tags[stream],
};
const following = (part: object) => text(entry({ from: { ...from, ...part } }));

describe('streams and tags that exist', () => {
  it.each([['keycloak:20'], ['keycloak:'], ['new:anything']])('%s: nothing is missing', (name) => {
    const { findings } = diagnose(following({ name }), { existing });
    expect(findings.filter(({ code }) => code !== 'TagDefaulted')).toEqual([]);
  });

  it.each([
    ['kecloak:20', 'MissingStream', 'keycloak'],
    ['zebra:20', 'MissingStream', undefined],
    ['keycloak:latst', 'MissingTag', 'latest'],
    ['empty:v1', 'MissingTag', undefined],
  ])('%s warns, and the trigger stays', (name, code, suggestion) => {
    const { triggers, findings } = diagnose(following({ name }), { existing });
    expect(triggers).toHaveLength(1);
    expect(findings).toMatchObject([{ code, severity: 'Warning', field: '[0].from.name' }]);
    expect(findings[0]?.suggestion).toBe(suggestion);
  });

  it('asks nothing about other namespaces before the caller allows it', () => {
    const asked: string[] = [];
    const spy: ExistingStreams = {
      ...existing,
      hasStream: (namespace) => {
        asked.push(namespace);
        return false;
      },
    };
    const { triggers, findings } = diagnose(following({ namespace: 'other' }), { existing: spy });
    expect({ findings, asked }).toEqual({ findings: [], asked: [] });
    expect(diagnoseExistence(triggers, spy)).toMatchObject([{ code: 'MissingStream' }]);
    expect(asked).toEqual(['other']);
  });

  it('says nothing of what is not known', () => {
    const { triggers } = diagnose(following({ namespace: 'unknown' }));
    expect(diagnoseExistence(triggers, existing)).toEqual([]);
  });
});

it('names the role binding that is missing', () => {
  const [trigger] = diagnose(following({ namespace: 'other' })).triggers;
  expect(pullNotAllowed(trigger!, { namespace: 'shop', serviceAccount: 'default' })).toMatchObject({
    code: 'PullNotAllowed',
    severity: 'Warning',
    entry: 0,
    field: '[0].from.namespace',
    message:
      'image.openshift.io/triggers[0].from.namespace is "other", but service account "default" of namespace "shop" ' +
      'may not get imagestreams/layers there, so container "web" is left as it is; grant it with: kubectl create rolebinding ' +
      'shop-default-image-puller --namespace=other --clusterrole=imagestreams-image-puller --serviceaccount=shop:default',
  });
});
