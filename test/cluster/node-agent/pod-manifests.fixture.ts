import { agentNode, NODE_TAINT } from './index.ts';

/** The image that `pod.fixture.ts` stands for. */
export const podImage = 'example.com/test/pod';

/** Lets a pod be scheduled to the agent's node and nowhere else. */
export const placement = {
  nodeSelector: { 'kubernetes.io/hostname': agentNode },
  tolerations: [{ key: NODE_TAINT, operator: 'Exists' }],
};

/** What varies in a Deployment of that image. */
export interface ServerParts {
  readonly replicas?: number;
  readonly version?: string;
  readonly drainMs?: number;
  readonly container?: object;
  readonly pod?: object;
}

/** A Deployment `web` of an HTTP server, and its Service. */
export function server(namespace: string, parts: ServerParts = {}): readonly object[] {
  const { replicas = 1, version = '1', drainMs = 0, container = {}, pod = {} } = parts;
  const labels = { app: 'web' };
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const main = {
    name: 'main',
    image: `${podImage}:1`,
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [
      field('POD_IP', 'status.podIP'),
      field('POD_NAME', 'metadata.name'),
      { name: 'VERSION', value: version },
      { name: 'DRAIN_MS', value: String(drainMs) },
      { name: 'GREETING', value: 'v$(VERSION) $$(VERSION) $(NOBODY)' },
    ],
    readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1, failureThreshold: 1 },
    ...container,
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: { metadata: { labels }, spec: { ...placement, containers: [main], ...pod } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
  ];
}
