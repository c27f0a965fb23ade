import { ImageWriter } from '../cluster/image-writer.ts';
import type { TestCluster } from '../cluster/index.ts';
import { Project } from '../cluster/project.ts';

/** The repository that the streams of these tests import from; the cluster's registry stands for its host. */
export const repository = 'quay.io/keycloak/keycloak';

/** Pushes versions to the registry; gives their digests. */
export async function pushVersions(
  cluster: TestCluster,
  ...tags: readonly string[]
): Promise<readonly string[]> {
  const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
  try {
    return await Promise.all(tags.map((tag) => writer.push('keycloak/keycloak', tag, `version ${tag}`)));
  } finally {
    await writer.close();
  }
}

/** A project whose stream `keycloak` has imported that version as the tag `20`. */
export async function importedProject(cluster: TestCluster, tag: string): Promise<Project> {
  const project = await Project.create(cluster, { user: 'ada' });
  await project.apply({
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'keycloak' },
    spec: {
      lookupPolicy: { local: true },
      tags: [{ name: '20', from: { kind: 'DockerImage', name: `${repository}:${tag}` } }],
    },
  });
  await project.imported('keycloak', '20');
  return project;
}
