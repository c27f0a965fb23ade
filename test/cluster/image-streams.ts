import type { ImageStream } from '../../src/imagestream/index.ts';
import type { TestCluster } from './cluster.ts';
import { controllerUser } from './install.ts';

/** Tag → pull spec with a digest, or null for a tag that is declared and not imported. */
export type StreamTags = Readonly<Record<string, string | null>>;

/** Digest number `n`, recognisable in output. */
export function digest(n: number): string {
  return `sha256:${String(n).padStart(64, '0')}`;
}

/** An ImageStream as its controllers would have written it. */
export function imageStream(name: string, tags: StreamTags, local = true): ImageStream {
  const entries = Object.entries(tags);
  return {
    apiVersion: 'image.openshift.io/v1stored',
    kind: 'ImageStream',
    metadata: { name },
    spec: {
      lookupPolicy: { local },
      tags: entries.map(([tag, pullSpec]) => ({
        name: tag,
        from: {
          kind: 'DockerImage',
          name: (pullSpec ?? `quay.io/example/${name}:${tag}`).split('@')[0] ?? '',
        },
        referencePolicy: { type: 'Source' },
      })),
    },
    status: {
      tags: entries.flatMap(([tag, pullSpec]) =>
        pullSpec === null
          ? []
          : [
              {
                tag,
                items: [
                  {
                    created: '2026-01-01T00:00:00Z',
                    dockerImageReference: pullSpec,
                    image: pullSpec.split('@')[1] ?? '',
                    generation: 1,
                  },
                ],
              },
            ],
      ),
    },
  };
}

/** Writes a stream through `v1stored` as the controller's account does, and returns when it is stored. */
export async function writeStream(
  cluster: TestCluster,
  namespace: string,
  name: string,
  tags: StreamTags,
  local = true,
): Promise<void> {
  const kubeconfig = await cluster.kubeconfigFor({
    user: controllerUser,
    groups: ['system:serviceaccounts'],
  });
  const input = JSON.stringify(imageStream(name, tags, local));
  await cluster.kubectl(['apply', '-n', namespace, '-f', '-'], { kubeconfig, input });
}
