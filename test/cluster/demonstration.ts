import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { TestCluster } from './cluster.ts';
import { controllerUser, installDefinitions, installWebhook } from './install.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');

/** The namespace of the examples. */
export const demonstrationNamespace = 'myproject';

/** Installs this project on a cluster, and the example streams as their controllers would have written them. */
export async function installDemonstration(cluster: TestCluster): Promise<void> {
  await installDefinitions(cluster);
  await installWebhook(cluster);
  await cluster.kubectl(['create', 'namespace', demonstrationNamespace]);
  await cluster.serviceAccountReady(demonstrationNamespace);
  const kubeconfig = await cluster.kubeconfigFor({
    user: controllerUser,
    groups: ['system:serviceaccounts'],
  });
  for (const file of ['keycloak.yaml', 'postgresql.yaml']) {
    const stream = parse(readFileSync(join(examples, 'streams', file), 'utf8')) as object;
    const input = stringify({ ...stream, apiVersion: 'image.openshift.io/v1stored' });
    await cluster.kubectl(['apply', '-f', '-'], { kubeconfig, input });
  }
}

/** What a person may try first. */
export const firstThingToTry: readonly string[] = [
  `kubectl config set-context --current --namespace=${demonstrationNamespace}`,
  'kubectl get imagestreams',
  'kubectl create deployment web --image=keycloak:20',
  'kubectl get deployment web -o jsonpath=\'{.spec.template.spec.containers[0].image}{"\\n"}\'',
  'kubectl create deployment wrong --image=keycloak:21',
];

/** Until streams have controllers, a person writes them as the controllers would. */
export const howToWriteStreams = `sed s,image.openshift.io/v1,&stored, examples/streams/keycloak.yaml | kubectl --as=${controllerUser} apply -f -`;
