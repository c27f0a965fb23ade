import { describe, expect, it } from '@jest/globals';
import { diagnoseTriggers } from '../../src/triggers/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';
import { codes, deployment, diagnose, entry, kindOf, named, text } from './fixtures.ts';

describe('duplicates', () => {
  it('refuses byte-equal field paths, of which neither acts', () => {
    const { triggers, findings } = diagnose(
      text(entry(), entry({ fieldPath: named('side') }), entry({ paused: true }), entry()),
    );
    expect(triggers).toMatchObject([{ entry: 1 }]);
    expect(findings).toMatchObject([
      { code: 'DuplicateFieldPath', severity: 'Error', entry: 2, field: '[2].fieldPath' },
      { code: 'DuplicateFieldPath', severity: 'Error', entry: 3 },
    ]);
  });

  it('counts entries that are wrong otherwise', () => {
    const { triggers, findings } = diagnose(text(entry(), entry({ paused: 5 })));
    expect(triggers).toEqual([]);
    expect(codes(findings)).toEqual(['WrongType', 'DuplicateFieldPath']);
  });

  it('does not count missing field paths', () => {
    const { findings } = diagnose(text(entry({ fieldPath: '' }), entry({ fieldPath: '' }), {}, {}));
    expect(codes(findings)).not.toContain('DuplicateFieldPath');
  });

  it.each([
    [{}, {}, '[1] wins'],
    [{}, { paused: true }, '[0] wins'],
    [{ paused: true }, { paused: true }, 'all are paused'],
  ])('warns of two spellings of one container: %j %j, %s', (first, second, who) => {
    const spelled = { fieldPath: 'spec.template.spec.containers[0].image' };
    const { triggers, findings } = diagnose(text(entry(first), entry({ ...spelled, ...second })));
    expect(triggers).toHaveLength(2);
    expect(findings).toMatchObject([{ code: 'SameContainer', severity: 'Warning', entry: 1 }]);
    expect(findings[0]?.message).toContain(who);
  });
});

describe('kinds', () => {
  it.each(builtInKinds.map((kind) => [`${kind.resource}.${kind.group}`, kind] as const))('%s', (_, kind) => {
    const fieldPath = `${kind.podSpecPath.join('.')}.containers[?(@.name=="web")].image`;
    const { triggers, findings } = diagnose(text(entry({ fieldPath })), { kind });
    expect(triggers).toHaveLength(1);
    expect(codes(findings)).toEqual(kind.upstreamTriggers ? [] : ['KindIgnoredByOpenShift']);
  });

  it('says nothing of the kind when there is no trigger', () => {
    expect(diagnose('null', { kind: kindOf('jobs') }).findings).toEqual([]);
  });
});

it('reads the annotation of the object only, never of the pod template', () => {
  const template = {
    metadata: { annotations: { 'image.openshift.io/triggers': text(entry()) } },
    spec: { containers: [{ name: 'web' }] },
  };
  const object = { metadata: { name: 'x', annotations: null }, spec: { template } };
  expect(diagnoseTriggers({ kind: deployment, object, namespace: 'shop' })).toEqual({
    annotation: undefined,
    entries: [],
    triggers: [],
    findings: [],
  });
});

describe('messages', () => {
  const paths = (fieldPath: string) => text(entry({ fieldPath }));

  it.each([
    [
      paths(named('wep')),
      'image.openshift.io/triggers[0].fieldPath selects container "wep", but the Deployment has the initContainer "init" and the containers "web", "side"; did you mean "web"?',
    ],
    [
      paths('spec.jobTemplate.spec.template.spec.containers[1].image'),
      'image.openshift.io/triggers[0].fieldPath is "spec.jobTemplate.spec.template.spec.containers[1].image", but it must start with "spec.template.spec." in a Deployment; write spec.template.spec.containers[?(@.name=="side")].image',
    ],
    [
      text(entry({ paused: 'false' })),
      'image.openshift.io/triggers[0].paused is the string "false"; it is honoured here, but OpenShift drops the whole annotation for it; write false without quotes',
    ],
    [
      text(entry({ pause: 'true' })),
      'image.openshift.io/triggers[0].pause is ignored, here as on OpenShift, so it does not pause the trigger; only "paused" does; did you mean "paused"?',
    ],
    [
      '[{"from":{"kind":"ImageStreamTag"},]',
      'image.openshift.io/triggers is not JSON: expected a key in double quotes, found "]" at line 1, column 36',
    ],
  ])('%s', (annotation, message) => {
    expect(diagnose(annotation).findings.map((finding) => finding.message)).toEqual([message]);
  });

  it('are bounded and free of control and formatting characters', () => {
    const nasty = `\u202e\u0007\n${'x'.repeat(5000)}`;
    const { findings } = diagnose(
      text(
        entry({ fieldPath: nasty }),
        entry({ [nasty]: 1, from: { kind: nasty, name: nasty, namespace: nasty, apiVersion: nasty } }),
        entry({ paused: nasty, fieldPath: named(nasty) }),
        nasty,
      ),
      { podSpec: { containers: Array.from({ length: 50 }, (_, index) => ({ name: `${nasty}${index}` })) } },
    );
    expect(findings.length).toBeGreaterThan(7);
    for (const { message, seen, field } of findings) {
      expect(message.length).toBeLessThan(1100);
      expect(message + seen + field).not.toMatch(/\p{C}/u);
    }
  });

  it('suggest for a bounded number of entries', () => {
    const wrong = Array.from({ length: 200 }, (_, index) => entry({ fieldPath: named(`wep${index}`) }));
    const { findings } = diagnose(text(...wrong));
    expect(findings).toHaveLength(200);
    expect(findings.filter(({ suggestion }) => suggestion !== undefined).length).toBeLessThanOrEqual(8);
  });
});
