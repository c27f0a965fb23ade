import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  builtInKinds,
  builtInTable,
  imageField,
  imagesOf,
  workloadTable,
} from '../../src/workloads/index.ts';
import { errorsIn, rollout, rollouts, tableWith, withRollouts } from './rollouts.ts';

const one = (part: object) => ({ kinds: [{ ...rollout, ...part }] });
const told = (document: unknown) => errorsIn(document).map(({ code, message }) => `${code} ${message}`);

describe('a table with configured kinds', () => {
  it('has them after the built-in ones', () => {
    expect(withRollouts.kinds.slice(0, -1)).toEqual(builtInKinds);
    expect(rollouts).toEqual({
      group: 'argoproj.io',
      resource: 'rollouts',
      kind: 'Rollout',
      versions: ['v1alpha1'],
      podSpecPath: ['spec', 'template', 'spec'],
      templateMetadataPath: ['spec', 'template', 'metadata'],
      configured: true,
    });
  });

  it('finds them by resource and by manifest, and leaves the built-in table as it is', () => {
    expect(withRollouts.ofResource('argoproj.io', 'rollouts')).toBe(rollouts);
    expect(withRollouts.ofManifest('argoproj.io/v1alpha1', 'Rollout')).toBe(rollouts);
    expect(withRollouts.ofManifest('argoproj.io/v1', 'Rollout')).toBeUndefined();
    expect(builtInTable.ofResource('argoproj.io', 'rollouts')).toBeUndefined();
  });

  it('tells kinds of one name apart by their group', () => {
    const kruise = { ...rollout, group: 'apps.kruise.io', resource: 'statefulsets', kind: 'StatefulSet' };
    const table = tableWith(kruise);
    expect(table.ofResource('apps.kruise.io', 'statefulsets')?.configured).toBe(true);
    expect(table.ofResource('apps', 'statefulsets')?.configured).toBeUndefined();
    expect(table.ofManifest('apps/v1', 'StatefulSet')?.group).toBe('apps');
  });

  it('holds that a template cannot change where that is said', () => {
    expect(tableWith({ ...rollout, immutable: true }).kinds.at(-1)?.immutableTemplate).toBe(true);
    expect(tableWith({ ...rollout, immutable: false }).kinds.at(-1)).toEqual(rollouts);
  });

  it('may have no kinds of its own', () => {
    expect(tableWith().kinds).toEqual(builtInKinds);
  });

  it('finds images below any path', () => {
    const kind = tableWith({ ...rollout, templatePath: 'spec.runner.podTemplate' }).kinds.at(-1)!;
    const spec = { runner: { podTemplate: { spec: { containers: [{ name: 'a', image: 'app:1' }] } } } };
    const [place] = imagesOf(kind, { spec });
    expect(place && imageField(kind, place)).toBe('spec.runner.podTemplate.spec.containers[0].image');
    expect(imagesOf(kind, { spec: { workloadRef: { kind: 'Deployment', name: 'a' } } })).toEqual([]);
  });
});

describe('configured kinds that cannot be used', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['nothing', null, ['Required kinds: a value is required']],
    ['a list', [rollout], ['WrongType the document: expected an object, saw a list']],
    [
      'a misspelt field',
      one({ version: 'v1' }),
      [
        'UnknownField kinds[0].version: unknown field; allowed are "group", "versions", "resource", "kind", "templatePath", "immutable"; did you mean "versions"?',
      ],
    ],
    ['no resource', one({ resource: undefined }), ['Required kinds[0].resource: a value is required']],
    ['the core group', one({ group: '' }), ['Required kinds[0].group: a value is required']],
    [
      "a group of Kubernetes' own",
      one({ group: 'apps' }),
      [
        'BuiltIn kinds[0].group: "apps" is Kubernetes\' own, and all its kinds with pods are looked at already; remove the entry',
      ],
    ],
    [
      'image streams',
      one({ group: 'image.openshift.io', resource: 'imagestreams' }),
      ['BuiltIn kinds[0].group: "image.openshift.io" holds image streams and no pods; remove the entry'],
    ],
    [
      'a group that is no DNS name',
      one({ group: 'Argo' }),
      [
        'InvalidName kinds[0].group: "Argo" cannot be used; it must be the API group of a custom resource, a DNS name such as "argoproj.io"',
      ],
    ],
    [
      'a version with its group',
      one({ versions: ['argoproj.io/v1alpha1'] }),
      [
        'InvalidName kinds[0].versions[0]: "argoproj.io/v1alpha1" cannot be used; it must be a version such as "v1alpha1", without its group',
      ],
    ],
    [
      'a kind for a resource',
      one({ resource: 'Rollout' }),
      [
        'InvalidName kinds[0].resource: "Rollout" cannot be used; it must be the plural name of the resource in lower case, such as "rollouts"',
      ],
    ],
    [
      'no version',
      one({ versions: [] }),
      ['Required kinds[0].versions: a version is required, such as "v1"'],
    ],
    [
      'a version twice',
      one({ versions: ['v1', 'v1'] }),
      ['Duplicate kinds[0].versions[1]: "v1" is listed already; remove one of them'],
    ],
    [
      'a kind twice',
      { kinds: [rollout, { ...rollout, resource: 'others' }] },
      [
        'Duplicate kinds[1].kind: kind "Rollout" of group "argoproj.io" is in kinds[0] already; remove one of them',
      ],
    ],
    [
      'a resource twice',
      { kinds: [rollout, { ...rollout, kind: 'Other' }] },
      [
        'Duplicate kinds[1].resource: resource "rollouts" of group "argoproj.io" is in kinds[0] already; remove one of them',
      ],
    ],
    [
      'a name too long for a webhook',
      one({ group: `${'a.'.repeat(100)}io` }),
      ['InvalidName kinds[0].group: resource and group are too long together; they may have 200 characters'],
    ],
    [
      "a webhook's own ending",
      one({ resource: 'rollouts-by-policy' }),
      [
        'InvalidName kinds[0].resource: "rollouts-by-policy" cannot be used; webhooks are told apart by that ending',
      ],
    ],
    [
      'too many kinds',
      { kinds: Array.from({ length: 65 }, () => rollout) },
      ['TooMany kinds: there are 65 kinds; at most 64 are read'],
    ],
    [
      'too many versions',
      one({ versions: Array.from({ length: 17 }, (_, index) => `v${index}`) }),
      ['TooMany kinds[0].versions: there are 17 versions; at most 16 are read'],
    ],
  ])('%s', (_, document, sentences) => {
    expect(told(document)).toEqual(sentences);
  });

  const form =
    'it must be the path of the pod template as field names separated by dots, such as "spec.template"';
  it.each([
    ['.spec.template', 'has an empty field name', '"spec.template"'],
    ['/spec/template', 'has "/spec/template", which is no name of a field', '"spec.template"'],
    ['$.spec.template', 'has "$", which is no name of a field', '"spec.template"'],
    ['spec.template.spec', 'ends in "spec", which is inside of the template', '"spec.template"'],
    ['spec.workers[0].template', 'has "workers[0]", which is no name of a field', undefined],
    ["spec.x'] || true", 'has "x\'] || true", which is no name of a field', undefined],
    ['metadata.template', 'lies in "metadata", where no pod template is', undefined],
    ['spec.for.template', 'has "for", a word that CEL keeps for itself', undefined],
    ['a.b.c.d.e.f.g.h.i', 'has 9 fields, and at most 8 are read', undefined],
  ])('a path %s', (path, wrong, meant) => {
    const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
    expect(told(one({ templatePath: path }))).toEqual([
      `InvalidPath kinds[0].templatePath: ${JSON.stringify(path)} ${wrong}; ${form}${suggestion}`,
    ]);
  });

  it('have all their errors told at once', () => {
    expect(told({ kinds: [{ ...rollout, group: 'x' }, { ...rollout, kind: '1' }, null] })).toHaveLength(3);
  });

  it('are any document but a few, and none breaks the reader', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.dictionary(fc.constantFrom(...Object.keys(rollout)), fc.anything()),
        (any, part) => {
          for (const document of [any, { kinds: any }, one(part)]) {
            const loaded = workloadTable(document);
            if (!loaded.ok) expect(loaded.errors.length).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
