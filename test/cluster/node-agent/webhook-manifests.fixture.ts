import { defaultSettings, webhookConfigurations } from '../../../src/admission/index.ts';
import { issueAuthority, issueCertificate } from '../../../src/tls/index.ts';
import { placement } from './pod-manifests.fixture.ts';
import { projectImage } from './project-image.ts';

/** The webhook as two replicas with a certificate from a Secret, registered by its Service. */
export async function webhookManifests(name: string, namespace: string): Promise<readonly object[]> {
  const validity = { notBefore: new Date(Date.now() - 3_600_000), days: 1 };
  const authority = await issueAuthority({ commonName: 'test', ...validity });
  const dnsNames = [`${name}.${namespace}.svc`];
  const pair = await issueCertificate(authority, {
    commonName: name,
    dnsNames,
    usages: ['server'],
    ...validity,
  });
  const metadata = { name, namespace };
  const labels = { app: name };
  const container = {
    name,
    image: `${projectImage}:1`,
    args: [
      ...['webhook', '--host=$(POD_IP)', '--telemetry-host=$(POD_IP)'],
      ...['--certificate-directory=/etc/tls', '--drain-seconds=1'],
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    ports: [
      { name: 'https', containerPort: 8443 },
      { name: 'telemetry', containerPort: 8080 },
    ],
    readinessProbe: { httpGet: { path: '/readyz', port: 'telemetry' }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/livez', port: 'telemetry' } },
    lifecycle: { preStop: { sleep: { seconds: 1 } } },
    volumeMounts: [{ name: 'tls', mountPath: '/etc/tls' }],
    securityContext: { readOnlyRootFilesystem: true },
  };
  const volumes = [{ name: 'tls', secret: { secretName: name } }];
  const spec = { ...placement, serviceAccountName: name, containers: [container], volumes };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 443, targetPort: 'https' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: { metadata: { labels }, spec },
      },
    },
    ...webhookConfigurations({
      name,
      address: { service: { namespace, name } },
      caBundle: authority.certificate,
      settings: defaultSettings,
      excludedNamespaces: [namespace, 'kube-system'],
    }),
  ];
}
