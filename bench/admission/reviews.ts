import { streamName, streamNamespace } from './streams.ts';

/** How many different reviews a load is made of, so that no answer is the one before. */
export const reviewCount = 64;

/**
 * Admission reviews of about 5 kB as an API server sends them: the creation of a Deployment with one short name, one fully
 * qualified image and a trigger annotation. Each is about another stream.
 */
export function reviews(): readonly string[] {
  return Array.from({ length: reviewCount }, (_, index) => JSON.stringify(review(index * 151)));
}

function review(stream: number) {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: `705ab4f5-6393-11e8-b7cc-${String(stream).padStart(12, '0')}`,
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      requestKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
      name: 'shop',
      namespace: streamNamespace(stream),
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:argocd:argocd-application-controller',
        uid: 'b7cc6c22-6393-11e8-93f2-42010a800002',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:argocd', 'system:authenticated'],
      },
      object: deployment(stream),
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'argocd-controller' },
    },
  };
}

const labels = {
  'app.kubernetes.io/name': 'shop',
  'app.kubernetes.io/instance': 'shop-production',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/managed-by': 'argocd',
};

/** A Deployment whose container `web` says the name of a stream. */
export function deployment(stream: number) {
  const name = streamName(stream);
  const triggers = [
    {
      from: { kind: 'ImageStreamTag', name: `${name}:tag-3` },
      fieldPath: 'spec.template.spec.containers[?(@.name=="web")].image',
    },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'shop',
      namespace: streamNamespace(stream),
      creationTimestamp: null,
      labels,
      annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) },
      managedFields: [managedFields()],
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { creationTimestamp: null, labels },
        spec: {
          volumes: [
            { name: 'config', configMap: { name: 'shop', defaultMode: 420 } },
            { name: 'tmp', emptyDir: {} },
          ],
          containers: [
            container('web', `${name}:tag-3`),
            container('proxy', 'docker.io/envoyproxy/envoy:v1.34.1'),
          ],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          schedulerName: 'default-scheduler',
        },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {},
  };
}

function container(name: string, image: string) {
  const probe = {
    httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
  return {
    name,
    image,
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
      { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'shop-database', key: 'password' } } },
    ],
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    volumeMounts: [
      { name: 'config', readOnly: true, mountPath: '/etc/shop' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    livenessProbe: probe,
    readinessProbe: probe,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

function managedFields() {
  const container = {
    '.': {},
    'f:env': { 'k:{"name":"LOG_LEVEL"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
    'f:image': {},
    'f:imagePullPolicy': {},
    'f:livenessProbe': { 'f:httpGet': { 'f:path': {}, 'f:port': {} } },
    'f:name': {},
    'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
    'f:resources': { 'f:limits': { 'f:memory': {} }, 'f:requests': { 'f:cpu': {}, 'f:memory': {} } },
    'f:volumeMounts': { 'k:{"mountPath":"/tmp"}': { '.': {}, 'f:mountPath': {}, 'f:name': {} } },
  };
  return {
    manager: 'argocd-controller',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    time: '2026-11-23T08:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': { 'f:annotations': { 'f:image.openshift.io/triggers': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:template': {
          'f:spec': {
            'f:containers': { 'k:{"name":"web"}': container, 'k:{"name":"proxy"}': container },
          },
        },
      },
    },
  };
}
