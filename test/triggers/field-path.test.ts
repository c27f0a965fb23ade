import { describe, expect, it } from '@jest/globals';
import { fieldPathOf } from '../../src/triggers/index.ts';
import { codes, diagnose, entry, kindOf, named, text } from './fixtures.ts';

const base = 'spec.template.spec.';
const withPath = (fieldPath: string) => diagnose(text(entry({ fieldPath })));

describe('accepted by OpenShift (triggers.md §1.6)', () => {
  it.each([
    ['containers[?(@.name=="web")].image', 'web', []],
    ['initContainers[?(@.name=="init")].image', 'init', []],
    ['containers[?(@.name=="init")].image', 'init', []],
    ['initContainers[?(@.name=="web")].image', 'web', ['OtherList']],
    ['containers[0].image', 'web', []],
    ['containers[1].image', 'side', []],
    ['containers[+1].image', 'side', ['LooseFieldPath']],
    ['containers[00].image', 'web', ['LooseFieldPath']],
    ['containers[-0].image', 'web', ['LooseFieldPath']],
    ['initContainers[0].image', 'init', []],
    ['containers[?(@.name=="web")]image', 'web', ['LooseFieldPath']],
    ['containers[web")].image', 'web', ['LooseFieldPath']],
    ['containers[?(@.name=="web].image', 'web', ['LooseFieldPath']],
  ])('%s', (path, name, warnings) => {
    const { triggers, findings } = withPath(base + path);
    const list = name === 'init' ? 'initContainers' : 'containers';
    const index = name === 'side' ? 1 : 0;
    expect(triggers).toMatchObject([
      {
        container: { list, index, name },
        pointer: `/spec/template/spec/${list}/${index}/image`,
        image: `${name}:1`,
        fieldPath: base + path,
      },
    ]);
    expect(codes(findings)).toEqual(warnings);
    expect(findings.every(({ severity }) => severity === 'Warning')).toBe(true);
  });
});

describe('accepted here although OpenShift cannot read it', () => {
  it.each([
    ["containers[?(@.name=='web')].image"],
    ["containers[?(@.name='web')].image"],
    ['containers[?(@.name="web")].image'],
    ['containers[?(@.name == "web")].image'],
    ["containers[ ?( @.name == 'web' ) ].image"],
    ["containers[?(@.name=='web')]image"],
    ['containers[ 0 ].image'],
  ])('%s', (path) => {
    const { triggers, findings } = withPath(base + path);
    expect(triggers).toMatchObject([{ container: { list: 'containers', index: 0, name: 'web' } }]);
    expect(findings).toMatchObject([
      { code: 'UnreadSelector', severity: 'Warning', field: '[0].fieldPath', suggestion: named('web') },
    ]);
  });
});

describe('refused', () => {
  const web = named('web');
  it.each([
    ['containers[2].image', 'NoSuchContainer', undefined],
    ['containers[-1].image', 'NoSuchContainer', undefined],
    ['containers[99999999999999999999999].image', 'NoSuchContainer', undefined],
    ['containers[?(@.name=="wep")].image', 'NoSuchContainer', 'web'],
    ['containers[?(@.name=="Web")].image', 'NoSuchContainer', 'web'],
    ['containers[?(@.name=="debugger")].image', 'NoSuchContainer', undefined],
    ['containers[?(@.name=="")].image', 'NoSuchContainer', undefined],
    ['containers[*].image', 'InvalidSelector', undefined],
    ['containers[].image', 'InvalidSelector', undefined],
    ['containers[?(@.name=="web"].image', 'InvalidSelector', web],
    ['containers[@.name=="web"].image', 'InvalidSelector', web],
    ['containers[@name=="web"].image', 'InvalidSelector', web],
    ['containers[web].image', 'InvalidSelector', web],
    ['containers[0x0].image', 'InvalidSelector', undefined],
    ['containers[?(@.name=="web" || true)].image', 'InvalidSelector', web],
    ['containers[(@.length-1)].image', 'InvalidSelector', undefined],
    ['containers[?(@.name=="web").image', 'NotAContainerPath', web],
    ['containers.0.image', 'NotAContainerPath', web],
    ['container[0].image', 'NotAContainerPath', web],
    ['ephemeralContainers[0].image', 'NotAContainerPath', undefined],
    ['volumes[0].image.reference', 'NotAContainerPath', undefined],
    ['containers[?(@["name"]=="web")].image', 'NotAnImagePath', web],
    ['containers[?(@.name=="web")]', 'NotAnImagePath', web],
    ['containers[0].imagePullPolicy', 'NotAnImagePath', undefined],
    ['containers[0]..image', 'NotAnImagePath', web],
    ['containers[0].image ', 'NotAnImagePath', web],
  ])('%s', (path, code, suggestion) => {
    const { triggers, findings } = withPath(base + path);
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code, severity: 'Error', field: '[0].fieldPath' }]);
    expect(findings[0]?.suggestion).toBe(suggestion);
  });

  it.each([
    ['$.spec.template.spec.containers[0].image'],
    ['.spec.template.spec.containers[0].image'],
    ['{.spec.template.spec.containers[?(@.name=="web")].image}'],
    ['spec.jobTemplate.spec.template.spec.containers[0].image'],
    ['spec.containers[0].image'],
    ['containers[0].image'],
  ])('%s, by its start, which the message mends', (path) => {
    expect(withPath(path).findings).toMatchObject([
      {
        code: 'WrongBasePath',
        severity: 'Error',
        allowed: '"spec.template.spec." in a Deployment',
        suggestion: web,
      },
    ]);
  });
});

describe('the base path of every kind', () => {
  it.each([
    ['deployments', 'spec.template.spec'],
    ['daemonsets', 'spec.template.spec'],
    ['statefulsets', 'spec.template.spec'],
    ['replicasets', 'spec.template.spec'],
    ['replicationcontrollers', 'spec.template.spec'],
    ['jobs', 'spec.template.spec'],
    ['cronjobs', 'spec.jobTemplate.spec.template.spec'],
    ['pods', 'spec'],
    ['podtemplates', 'template.spec'],
  ])('%s', (resource, path) => {
    const kind = kindOf(resource);
    const fieldPath = fieldPathOf(kind.podSpecPath, 'containers', 'web');
    expect(fieldPath).toBe(`${path}.containers[?(@.name=="web")].image`);
    const { triggers } = diagnose(text(entry({ fieldPath })), { kind });
    expect(triggers).toMatchObject([{ pointer: `/${path.replaceAll('.', '/')}/containers/0/image` }]);
    const wrong = diagnose(text(entry({ fieldPath: `wrong.${fieldPath}` })), { kind });
    expect(wrong.triggers).toEqual([]);
    expect(wrong.findings).toContainEqual(
      expect.objectContaining({ code: 'WrongBasePath', suggestion: fieldPath }),
    );
  });
});

describe('objects of another shape', () => {
  it.each([[null], [{}], [{ containers: null }], [{ containers: {} }], [{ containers: [null, 'web', 5] }]])(
    'a pod spec %j has no container',
    (podSpec) => {
      const { triggers, findings } = diagnose(text(entry()), { podSpec: podSpec as unknown });
      expect(triggers).toEqual([]);
      expect(codes(findings)).toContain('NoSuchContainer');
    },
  );

  it('a container without an image is reached, as its image is to be set', () => {
    const { triggers } = diagnose(text(entry()), { podSpec: { containers: [null, { name: 'web' }] } });
    expect(triggers).toMatchObject([{ image: '', pointer: '/spec/template/spec/containers/1/image' }]);
  });

  it('of two containers of one name the init container is meant', () => {
    const podSpec = { initContainers: [{ name: 'web' }], containers: [{ name: 'web' }] };
    expect(diagnose(text(entry()), { podSpec }).triggers).toMatchObject([
      { container: { list: 'initContainers' } },
    ]);
  });
});
