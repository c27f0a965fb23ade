import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultSettings, validate, webhookConfigurations } from '../../src/admission/index.ts';
import { imagePolicy } from '../../src/policy/index.ts';
import { builtInTable, type WorkloadTable } from '../../src/workloads/index.ts';
import { rollout, rollouts, tableWith, withRollouts } from '../workloads/rollouts.ts';
import { applied, containers, refused, requestFor, workload } from './reviews.ts';
import { admit, around } from './surroundings.ts';
import { trigger } from './trigger-annotations.ts';

interface Entry {
  readonly name: string;
  readonly rules: readonly { readonly apiGroups: readonly string[]; readonly resources: readonly string[] }[];
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
}

const header = { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' };

function policyFor(workloads: WorkloadTable, fields: object = {}) {
  const loaded = imagePolicy({ ...header, ...fields }, { workloads });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('; '));
  return loaded.policy;
}

/** Entries of both registrations. */
function registered(workloads: WorkloadTable, fields?: object): readonly (readonly Entry[])[] {
  const settings = { ...defaultSettings, policy: policyFor(workloads, fields) };
  const address = { url: 'https://127.0.0.1' };
  const both = webhookConfigurations({ name: 'imagestreams', address, settings });
  return both.map((each) => (each as { readonly webhooks: readonly Entry[] }).webhooks);
}

const entriesFor = (entries: readonly Entry[], group: string) =>
  entries.filter(({ rules }) => rules.some(({ apiGroups }) => apiGroups.includes(group)));

const surroundings = around({ policy: policyFor(withRollouts) });

describe('an object of a configured kind', () => {
  it('has its short names resolved as a Deployment has', async () => {
    const request = requestFor(rollouts, workload(rollouts, { containers: containers('mysql:5.7') }));
    const { mutated } = await admit(request, surroundings);
    const object = applied(request, mutated) as { readonly spec?: unknown };
    expect(JSON.stringify(object.spec)).toMatch(/"image":"[^"]+@sha256:/);
    expect(mutated.subject?.kind.kind).toBe('Rollout');
  });

  it('is nobody’s business where it is not configured', async () => {
    const request = requestFor(rollouts, workload(rollouts, { containers: containers('mysql:5.7') }));
    const { mutated } = await admit(request, around());
    expect(mutated.answer).toMatchObject({ allowed: true, patch: [] });
  });

  it('may be one without template, as a Rollout that refers to a Deployment', async () => {
    const spec = { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' } };
    const object = { ...workload(rollouts, {}), spec };
    const { mutated, validated } = await admit(requestFor(rollouts, object), surroundings);
    expect(mutated.answer).toMatchObject({ allowed: true, patch: [], warnings: [] });
    expect(validated.answer).toMatchObject({ allowed: true, warnings: [] });
  });

  it('follows tags, with no warning that OpenShift would not', async () => {
    const annotations = { 'image.openshift.io/triggers': JSON.stringify([trigger(rollouts)]) };
    const contents = { annotations, containers: [{ name: 'db', image: ' ' }] };
    const request = requestFor(rollouts, workload(rollouts, contents));
    const { mutated, validated } = await admit(request, surroundings);
    expect(JSON.stringify(applied(request, mutated))).toMatch(/"image":"[^"]+@sha256:/);
    expect(validated.answer).toMatchObject({ allowed: true, warnings: [] });
  });

  it('is told the base path of its own kind', async () => {
    const kind = tableWith({ ...rollout, templatePath: 'spec.runner.podTemplate' }).kinds.at(-1)!;
    const policy = policyFor(tableWith({ ...rollout, templatePath: 'spec.runner.podTemplate' }));
    const fieldPath = 'spec.template.spec.containers[?(@.name=="db")].image';
    const annotations = { 'image.openshift.io/triggers': JSON.stringify([trigger(kind, { fieldPath })]) };
    const object = workload(kind, { annotations, containers: [{ name: 'db', image: ' ' }] });
    const { message } = refused(await validate(requestFor(kind, object), around({ policy })));
    expect(message).toContain(
      'it must start with "spec.runner.podTemplate.spec." in a Rollout; write spec.runner.podTemplate.spec.containers[?(@.name=="db")].image',
    );
  });

  it('may let a container have no name', async () => {
    const fieldPath = 'spec.template.spec.containers[0].image';
    const annotations = { 'image.openshift.io/triggers': JSON.stringify([trigger(rollouts, { fieldPath })]) };
    const request = requestFor(rollouts, workload(rollouts, { annotations, containers: [{ image: ' ' }] }));
    const { mutated, validated } = await admit(request, surroundings);
    expect(JSON.stringify(applied(request, mutated))).toMatch(/"image":"[^"]+@sha256:/);
    expect(validated.answer.allowed).toBe(true);
  });

  it('with an immutable template is resolved on create only', () => {
    const policy = policyFor(tableWith({ ...rollout, immutable: true }));
    const rewrites = (update: boolean) => policy.of(rollouts).rewrites({ localRewrite: true, update });
    expect([rewrites(false), rewrites(true)]).toEqual([true, false]);
  });
});

describe('the registration of a configured kind', () => {
  it('is in the entry of the kinds that have their pod spec at the same place', () => {
    const [mutating = [], validating = []] = registered(withRollouts);
    const names = [mutating, validating].map((entries) =>
      entriesFor(entries, 'argoproj.io').map(({ name }) => name),
    );
    expect(names).toEqual([['templates.names.imagestreams.io'], ['templates.triggers.imagestreams.io']]);
  });

  it('has an entry of its own, with conditions of its own, at another place', () => {
    const [mutating = []] = registered(tableWith({ ...rollout, templatePath: 'spec.runner.podTemplate' }));
    const [entry] = entriesFor(mutating, 'argoproj.io');
    expect(entry?.name).toBe('rollouts.argoproj.io.names.imagestreams.io');
    expect(JSON.stringify(entry?.matchConditions)).toContain(
      'has(object.spec.runner.podTemplate.spec.containers)',
    );
  });

  it('leaves everything else as it is', () => {
    const without = registered(builtInTable);
    const other = registered(tableWith({ ...rollout, templatePath: 'spec.runner.podTemplate' }));
    const others = other.map((entries) => entries.filter(({ name }) => !name.startsWith('rollouts.')));
    expect(others).toEqual(without);
  });

  it('shows the webhook every image where an execution rule names it', () => {
    const onResources = [{ group: 'argoproj.io', resource: 'rollouts' }];
    const executionRules = [{ name: 'no-quay', reject: true, matchRegistries: ['quay.io'], onResources }];
    const [mutating = []] = registered(withRollouts, { executionRules });
    const [entry, ...more] = entriesFor(mutating, 'argoproj.io');
    expect(more).toEqual([]);
    expect(entry?.name).toBe('templates-by-policy.names.imagestreams.io');
    expect(entry?.matchConditions.map(({ name }) => name)).toEqual(['not-owned', 'changed']);
  });

  const label = fc.constantFrom('pods', 'templates', 'cronjobs', 'jobs', 'a', 'imagestreams', 'by-policy');
  const kind = fc.record({
    resource: label,
    group: fc.constantFrom('a.io', 'b.io', 'a.io-by-policy', 'names.imagestreams.io'),
    templatePath: fc.constantFrom(
      'spec.template',
      'spec.jobTemplate.spec.template',
      'template',
      'spec',
      'spec.a',
    ),
    byRule: fc.boolean(),
  });
  it('never has two entries of one name, nor a name that is none', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(kind, { selector: ({ group, resource }) => `${group}/${resource}` }),
        (kinds) => {
          const rows = kinds.map(({ byRule, ...row }) => ({ ...row, versions: ['v1'], kind: row.resource }));
          const onResources = [{ resource: 'pods' }, ...kinds.filter(({ byRule }) => byRule)].map(
            ({ resource, group = '' }: { readonly resource: string; readonly group?: string }) => ({
              resource,
              group,
            }),
          );
          const executionRules = [{ name: 'rule', onResources }];
          for (const entries of registered(tableWith(...rows), { executionRules })) {
            const names = entries.map(({ name }) => name);
            expect(new Set(names).size).toBe(names.length);
            for (const name of names)
              expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){2,}$/);
          }
        },
      ),
    );
  });
});
