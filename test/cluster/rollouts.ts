import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { TestCluster } from './cluster.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples', 'workload-kinds');
const textOf = (name: string) => readFileSync(join(examples, name), 'utf8');

/** The example of `--workload-kinds`. */
export const workloadKinds = parse(textOf('kinds.yaml')) as object;

/** The objects of an example, without the namespace that they name. */
export function example(name: string): readonly object[] {
  const text = textOf(name).replaceAll(/^ {2}namespace: .*\n/gm, '');
  return parseAllDocuments(text).map((document) => document.toJS() as object);
}

const name = 'rollouts.argoproj.io';

export async function removeDefinition(cluster: TestCluster): Promise<void> {
  await cluster.kubectl(['delete', 'crd', name, '--ignore-not-found', '--timeout=60s']);
}

export async function installDefinition(cluster: TestCluster): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(definition) });
  await cluster.kubectl(['wait', '--for=condition=Established', `crd/${name}`, '--timeout=30s']);
}

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * A CustomResourceDefinition for Argo's Rollout, as far as it matters here: group, kind, version and subresources are the real one's,
 * and so is that nothing tells containers apart by name.
 */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name },
  spec: {
    group: 'argoproj.io',
    scope: 'Namespaced',
    names: { kind: 'Rollout', plural: 'rollouts', singular: 'rollout', shortNames: ['ro'] },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: specSchema(), status: open } } },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
      },
    ],
  },
};

function specSchema(): object {
  const containers = { type: 'array', items: open };
  const podSpec = { ...open, required: ['containers'], properties: { containers } };
  return {
    type: 'object',
    properties: {
      replicas: { type: 'integer', format: 'int32' },
      selector: open,
      strategy: open,
      workloadRef: open,
      template: { type: 'object', properties: { metadata: open, spec: podSpec } },
    },
  };
}
