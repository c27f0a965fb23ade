import { join } from 'node:path';
import { InstalledChart, startChartNodes } from '../chart/installed-chart.ts';
import type { TestCluster } from './cluster.ts';
import { ImageWriter } from './image-writer.ts';
import { Project } from './project.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples', 'streams');

/** The namespace of the examples. */
export const demonstrationNamespace = 'myproject';

/** What the sources of the example streams have, as far as they need it: repository, tag, and what tells the images apart. */
const images: readonly (readonly [repository: string, tag: string])[] = [
  ['keycloak/keycloak', '20.0.2'],
  ['keycloak/keycloak', '20.0.3'],
  ['sclorg/postgresql-15-c9s', 'latest'],
];

/** Installs this project's chart on a cluster, and applies the example streams as a user who may edit: they import themselves. */
export async function installDemonstration(cluster: TestCluster): Promise<void> {
  const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
  for (const [repository, tag] of images) {
    await writer.pushIndex(repository, tag, `${repository} ${tag}`, ['amd64', 'arm64']);
  }
  await writer.close();
  await startChartNodes(cluster);
  // its values let the registry of this cluster stand for quay.io, which the examples name: nothing needs a network
  await InstalledChart.install(cluster, { controller: { importInterval: '30s' } });
  await cluster.kubectl(['create', 'namespace', demonstrationNamespace]);
  await cluster.serviceAccountReady(demonstrationNamespace);
  const project = await Project.create(cluster, { namespace: demonstrationNamespace, user: 'ada' });
  await project.kubectl(['apply', '-f', examples]);
  for (const tag of ['20', '20.0.2', '20.0.3']) await project.imported('keycloak', tag);
  await project.imported('postgresql', '15');
  project.disconnect();
}

const moveAlias = [{ op: 'replace', path: '/spec/tags/0/from/name', value: '20.0.3' }];
const addBadTag = [
  {
    op: 'add',
    path: '/spec/tags/-',
    value: { name: '99', from: { kind: 'DockerImage', name: 'quay.io/keycloak/keycloak:99' } },
  },
];

/** What a person may try, each part with what it shows. */
export function thingsToTry(cluster: TestCluster): readonly (readonly [string, readonly string[]])[] {
  return [
    [
      'Two streams have imported themselves, and names are resolved by them; the last command is refused, and told why:',
      [
        `kubectl config set-context --current --namespace=${demonstrationNamespace}`,
        'kubectl get imagestreams',
        'kubectl create deployment web --image=keycloak:20',
        'kubectl get deployment web -o jsonpath=\'{.spec.template.spec.containers[0].image}{"\\n"}\'',
        'kubectl create deployment wrong --image=keycloak:21',
      ],
    ],
    [
      'A stream of your own, from the registry of this cluster:',
      [
        "kubectl apply -f - <<'EOF'",
        'apiVersion: image.openshift.io/v1',
        'kind: ImageStream',
        'metadata: {name: mine}',
        'spec:',
        '  tags:',
        '    - name: "1"',
        `      from: {kind: DockerImage, name: "${cluster.registry}/keycloak/keycloak:20.0.2"}`,
        '      importPolicy: {insecure: true}',
        'EOF',
        'kubectl get imagestream mine',
      ],
    ],
    [
      'Move the alias "20" from 20.0.2 to 20.0.3; its history keeps both:',
      [
        `kubectl patch imagestream keycloak --type=json -p '${JSON.stringify(moveAlias)}'`,
        'kubectl describe imagestream keycloak',
      ],
    ],
    [
      'A source that does not exist is a condition of its tag, and an Event:',
      [
        `kubectl patch imagestream keycloak --type=json -p '${JSON.stringify(addBadTag)}'`,
        'kubectl get imagestream keycloak -o jsonpath=\'{.status.tags[?(@.tag=="99")].conditions}{"\\n"}\'',
        'kubectl get events --field-selector involvedObject.kind=ImageStream',
      ],
    ],
  ];
}
