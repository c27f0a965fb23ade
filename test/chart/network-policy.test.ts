import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { TestCluster } from '../cluster/index.ts';
import { rendered } from './rendered.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

const tcp = (port: number) => ({ protocol: 'TCP', port });
const block = (cidr: string) => ({ ipBlock: { cidr } });
const monitoring = { namespaceSelector: { matchLabels: { name: 'monitoring' } } };
const kubeSystem = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } };
const dns = { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)], to: [kubeSystem] };

/** The specs of the NetworkPolicies by component, without what selects the pods. */
async function policies(values: object): Promise<Readonly<Record<string, unknown>>> {
  const documents = await rendered(cluster, values);
  const specs = documents.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as Spec);
  return Object.fromEntries(
    specs.map(({ podSelector, policyTypes, ...rules }) => {
      expect(policyTypes).toEqual(['Ingress', 'Egress']);
      return [podSelector.matchLabels['app.kubernetes.io/component'] ?? '', rules];
    }),
  );
}

interface Spec {
  readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly policyTypes: readonly string[];
}

// no network plugin of the tests enforces them: what they say is looked at, and that the API server takes them
describe('the NetworkPolicies', () => {
  it.each([
    ['unless they are asked for', {}, []],
    [
      'of pods in the network of nodes',
      { networkPolicy: { enabled: true }, webhook: { hostNetwork: true } },
      ['controller'],
    ],
    [
      'of a controller that there is not',
      { networkPolicy: { enabled: true }, platform: 'openshift', certificates: { issuer: 'certManager' } },
      ['webhook'],
    ],
  ])('are not made %s', async (_, values, made) => {
    expect(Object.keys(await policies(values))).toEqual(made);
  });

  it('lead to the ports that are needed, from and to anywhere', async () => {
    const apiServer = { ports: [tcp(443), tcp(6443)] };
    expect(await policies({ networkPolicy: { enabled: true } })).toEqual({
      webhook: { ingress: [{ ports: [tcp(8443)] }, { ports: [tcp(8080)] }], egress: [apiServer, dns] },
      controller: { ingress: [{ ports: [tcp(8080)] }], egress: [apiServer, dns, { ports: [tcp(443)] }] },
    });
  });

  it('lead to the networks that are named', async () => {
    const networkPolicy = {
      enabled: true,
      apiServer: { addresses: ['192.0.2.0/24', '2001:db8::/32'], ports: [6443] },
      telemetry: { from: [monitoring] },
      registries: { addresses: ['198.51.100.0/24'], ports: [443, 5000] },
      extraIngress: [{ from: [monitoring] }],
      extraEgress: [{ to: [monitoring] }],
    };
    const apiServer = [block('192.0.2.0/24'), block('2001:db8::/32')];
    const telemetry = (port: number) => ({ ports: [tcp(port)], from: [monitoring] });
    const toApiServer = { ports: [tcp(6443)], to: apiServer };
    const values = { networkPolicy, webhook: { port: 9443, telemetryPort: 9090 } };
    expect(await policies(values)).toEqual({
      webhook: {
        ingress: [{ ports: [tcp(9443)], from: apiServer }, telemetry(9090), { from: [monitoring] }],
        egress: [toApiServer, dns, { to: [monitoring] }],
      },
      controller: {
        ingress: [telemetry(8080), { from: [monitoring] }],
        egress: [
          toApiServer,
          dns,
          { ports: [tcp(443), tcp(5000)], to: [block('198.51.100.0/24')] },
          { to: [monitoring] },
        ],
      },
    });
  });

  it('let those in who ask for previews', async () => {
    const networkPolicy = { enabled: true, previews: { from: [monitoring] } };
    const preview = { enabled: true, port: 9444 };
    const { controller } = await policies({ networkPolicy, preview });
    expect(controller).toMatchObject({
      ingress: [{ ports: [tcp(9444)], from: [monitoring] }, { ports: [tcp(8080)] }],
    });
  });

  it('let the controller of OpenShift reach no registry', async () => {
    const { controller } = await policies({ networkPolicy: { enabled: true }, platform: 'openshift' });
    expect(controller).toMatchObject({ egress: [{ ports: [tcp(443), tcp(6443)] }, dns] });
  });
});
